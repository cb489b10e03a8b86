"""One folder a detection; the folder's name is the detection's id for ever."""
