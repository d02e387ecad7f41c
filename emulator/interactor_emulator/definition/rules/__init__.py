"""What each part of a definition must look like, one part a file."""
