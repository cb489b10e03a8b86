"""One file a detection; the file's name is the detection's id for ever."""
