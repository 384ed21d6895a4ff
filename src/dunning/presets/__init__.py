"""Ready-made data: bucket schemes, segmentations and policies. Nothing in the library needs them."""
