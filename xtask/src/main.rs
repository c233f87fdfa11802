//! Every chore of the repository in one place.

fn main() {}
