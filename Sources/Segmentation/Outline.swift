enum SegmentationOutline {}
