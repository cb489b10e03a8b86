"""Reports for those who answer for the whole: coverage, uniform enforcement, the roll-over of a term."""
