"""The only SQL. One module for each subject; every function works in the caller's transaction."""
