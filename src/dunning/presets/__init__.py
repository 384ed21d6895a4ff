"""Ready-made data: bucket schemes, segmentations and policies, each with its source. Nothing in the library needs them."""
