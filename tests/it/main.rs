//! What hookgate promises, asked from outside: one test binary, one module for each part.

#![cfg(test)]

mod evaluator;
