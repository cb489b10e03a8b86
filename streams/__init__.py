"""Judgment: attribution, the engine and its detections, and the Faust app around them."""
