"""What is looked at, one file each, in the order of their names' ORDER: what others stand on comes first."""
