//! Runs the command line; nothing else.

use std::process::ExitCode;

/// What a thousand sessions need lies in one piece with it, in large pages: the memory is found sooner.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    wiregrade::cli::main()
}
