"""Messages on LINE."""
