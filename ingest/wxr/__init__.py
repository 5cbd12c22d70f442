"""Reading WXR, the export format of WordPress: a stream of posts with their comments."""
