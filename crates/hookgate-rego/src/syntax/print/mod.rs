//! From a tree to text.
