//! What the system is asked for that not every system has: all of it, with what is done where it has it not.

use std::io;
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Runs `first` on a thread of its own as soon as a signal is to end the program, then what that answers, and then it
/// ends as it would have. A second signal does not wait for the answer: whoever reads messages may be stuck.
#[cfg(unix)]
pub(super) fn at_the_first<A: FnOnce()>(first: impl FnOnce() -> A + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use std::sync::atomic::Ordering;
    let impatient = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register_conditional_default(signal, Arc::clone(&impatient))?;
    }
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    let work = move || {
        if let Some(signal) = signals.forever().next() {
            let then = first();
            impatient.store(true, Ordering::SeqCst);
            then();
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(work).map(drop)
}

/// Elsewhere signals end it at once.
#[cfg(not(unix))]
pub(super) fn at_the_first<A: FnOnce()>(_first: impl FnOnce() -> A + Send + 'static) -> io::Result<()> {
    Ok(())
}

/// Signals set flags: one from the terminal, which commands that are run get too; others; none once it is over.
#[cfg(unix)]
pub(super) fn flags(
    interrupted: &Arc<AtomicBool>,
    terminated: &Arc<AtomicBool>,
    over: &Arc<AtomicBool>,
) -> io::Result<()> {
    use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};
    signal_hook::flag::register(SIGINT, Arc::clone(interrupted))?;
    signal_hook::flag::register(SIGTERM, Arc::clone(terminated))?;
    signal_hook::flag::register_conditional_default(SIGHUP, Arc::clone(over))?;
    signal_hook::flag::register(SIGHUP, Arc::clone(terminated))?;
    // Only to be woken when the command ends.
    signal_hook::flag::register(SIGCHLD, Arc::default())?;
    Ok(())
}

/// Signals set flags: one from the terminal, which commands that are run get too; others; none once it is over.
#[cfg(not(unix))]
pub(super) fn flags(
    interrupted: &Arc<AtomicBool>,
    terminated: &Arc<AtomicBool>,
    over: &Arc<AtomicBool>,
) -> io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    for (signal, flag) in [(SIGINT, interrupted), (SIGTERM, terminated)] {
        signal_hook::flag::register_conditional_default(signal, Arc::clone(over))?;
        signal_hook::flag::register(signal, Arc::clone(flag))?;
    }
    Ok(())
}

/// Asks a command to end.
#[cfg(unix)]
pub(super) fn terminate(child: &mut Child) {
    // It has not been waited for, so its number is still its own.
    let _ = rustix::process::kill_process(rustix::process::Pid::from_child(child), rustix::process::Signal::TERM);
}

/// Asks a command to end.
#[cfg(not(unix))]
pub(super) fn terminate(child: &mut Child) {
    let _ = child.kill();
}

/// The signal that ended a command.
#[cfg(unix)]
pub(super) fn of(status: &ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(status)
}

/// The signal that ended a command.
#[cfg(not(unix))]
pub(super) fn of(_status: &ExitStatus) -> Option<i32> {
    None
}
