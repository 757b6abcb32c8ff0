"""What is shown: a report as a plain value, and one small file per page that makes it from an analysis."""
