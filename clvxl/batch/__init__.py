"""Many workbooks from one analysis: in parallel, resumable, one bad client never in the way of the others."""
