// SPDX-License-Identifier: LGPL-2.1-or-later
//! What is wrong with the containers of a file, from Rust, without a crate: the declarations are the C headers, read by
//! `scripts/gen-bindings --rust`.
//!
//!     scripts/gen-bindings --rust >/tmp/ctsec_sys.rs
//!     CTSEC_SYS=/tmp/ctsec_sys.rs rustc -l ctsec -o scan examples/rust/main.rs
//!     ./scan examples/docker-dangerous.json
//!
//! Usage: scan FILE | caps MASK | simulate PROFILE SYSCALL [ARG...]. Status 0, 1 (findings, denied) or 2 (an error).

#[allow(non_camel_case_types, dead_code)]
mod sys {
    include!(env!("CTSEC_SYS"));
}

use std::ffi::{CStr, CString};
use std::fmt;
use std::os::raw::c_char;
use std::ptr;

/// What the library refused, and where.
struct Failure {
    code: i32,
    place: String,
    message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}{} (code {})", self.place, self.message, self.code)
    }
}

fn borrowed(text: *const c_char) -> Option<String> {
    if text.is_null() {
        return None;
    }
    Some(unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

/// Calls a function whose last parameter is `ctsec_error **`.
fn call<F: FnOnce(*mut *mut sys::ctsec_error) -> i32>(function: F) -> Result<i32, Failure> {
    let mut error = ptr::null_mut();
    let status = function(&mut error);
    if status >= 0 {
        return Ok(status);
    }
    let mut place = borrowed(unsafe { sys::ctsec_error_source(error) }).unwrap_or_default();
    let (line, column) = unsafe { (sys::ctsec_error_line(error), sys::ctsec_error_column(error)) };
    if line > 0 && !place.is_empty() {
        place += &format!(":{}:{}", line, column);
    }
    if !place.is_empty() {
        place += ": ";
    }
    let message = borrowed(unsafe { sys::ctsec_error_message(error) }).unwrap_or_default();
    unsafe { sys::ctsec_error_free(error) };
    Err(Failure { code: status, place, message })
}

/// An object of the library, freed with its last use.
struct Owned<T> {
    pointer: *mut T,
    free: unsafe extern "C" fn(*mut T),
}

impl<T> Owned<T> {
    fn new<F>(free: unsafe extern "C" fn(*mut T), make: F) -> Result<Owned<T>, Failure>
    where
        F: FnOnce(*mut *mut T, *mut *mut sys::ctsec_error) -> i32,
    {
        let mut pointer = ptr::null_mut();
        call(|error| make(&mut pointer, error))?;
        Ok(Owned { pointer, free })
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        unsafe { (self.free)(self.pointer) }
    }
}

fn options(list: &[(&str, &str)]) -> Result<Owned<sys::ctsec_options>, Failure> {
    let made = Owned::new(sys::ctsec_options_free, |out, error| unsafe { sys::ctsec_options_new(out, error) })?;
    for (name, value) in list {
        let name = CString::new(*name).unwrap();
        let text = value.as_ptr() as *const c_char;
        call(|error| unsafe { sys::ctsec_options_set(made.pointer, name.as_ptr(), text, value.len(), error) })?;
    }
    Ok(made)
}

fn scan(path: &str) -> Result<i32, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure {
        code: sys::CTSEC_E_IO,
        place: format!("{}: ", path),
        message: error.to_string(),
    })?;
    let given = options(&[("source", path)])?;
    let containers = Owned::new(sys::ctsec_containers_free, |out, error| unsafe {
        sys::ctsec_containers_parse(bytes.as_ptr() as *const c_char, bytes.len(), given.pointer, out, error)
    })?;
    let findings = Owned::new(sys::ctsec_findings_free, |out, error| unsafe {
        sys::ctsec_findings_check(containers.pointer, given.pointer, out, error)
    })?;
    // The findings keep their containers.
    drop(containers);
    let mut high = 0;
    for index in 0..unsafe { sys::ctsec_findings_count(findings.pointer) } {
        let finding = unsafe { sys::ctsec_findings_at(findings.pointer, index) };
        let severity = unsafe { sys::ctsec_finding_severity(finding) };
        high += (severity >= sys::CTSEC_SEVERITY_HIGH) as i32;
        println!(
            "{} {} {}:{} {}",
            severity,
            borrowed(unsafe { sys::ctsec_finding_rule(finding) }).unwrap_or_default(),
            unsafe { sys::ctsec_finding_line(finding) },
            unsafe { sys::ctsec_finding_column(finding) },
            borrowed(unsafe { sys::ctsec_finding_pointer(finding) }).unwrap_or_default()
        );
    }
    Ok((high > 0) as i32)
}

fn caps(text: &str) -> Result<i32, Failure> {
    let mut mask = 0u64;
    call(|error| unsafe { sys::ctsec_caps_parse(text.as_ptr() as *const c_char, text.len(), &mut mask, error) })?;
    let mut buffer = [0u8; sys::CTSEC_CAPS_TEXT as usize];
    let mut length = 0usize;
    call(|error| unsafe {
        sys::ctsec_caps_decode(mask, buffer.as_mut_ptr() as *mut c_char, buffer.len(), &mut length, error)
    })?;
    println!("{:016x} {}", mask, String::from_utf8_lossy(&buffer[..length]));
    Ok(0)
}

fn simulate(profile: &str, words: &[String]) -> Result<i32, Failure> {
    let (name, arch) = (CString::new(profile).unwrap(), CString::new("x86_64").unwrap());
    let profile =
        Owned::new(sys::ctsec_profile_free, |out, error| unsafe { sys::ctsec_profile_find(name.as_ptr(), out, error) })?;
    let policy = Owned::new(sys::ctsec_policy_free, |out, error| unsafe {
        sys::ctsec_profile_resolve(profile.pointer, ptr::null(), out, error)
    })?;
    let words: Vec<CString> = words.iter().map(|word| CString::new(word.as_str()).unwrap()).collect();
    let arguments: Vec<*const c_char> = words[1..].iter().map(|word| word.as_ptr()).collect();
    let (mut audit, mut number, mut values, mut unknown) = (0u32, 0i32, [0u64; 6], 0u32);
    call(|error| unsafe {
        sys::ctsec_call_parse(arch.as_ptr(), words[0].as_ptr(), arguments.as_ptr(), arguments.len(), &mut audit,
                              &mut number, values.as_mut_ptr(), &mut unknown, error)
    })?;
    let verdict = Owned::new(sys::ctsec_verdict_free, |out, error| unsafe {
        sys::ctsec_policy_simulate(policy.pointer, audit, number, values.as_ptr(), unknown, ptr::null(), out, error)
    })?;
    let mut allowed = true;
    for index in 0..unsafe { sys::ctsec_verdict_count(verdict.pointer) } {
        let (mut action, mut text) = (0u32, [0u8; 32]);
        call(|error| unsafe { sys::ctsec_verdict_at(verdict.pointer, index, &mut action, error) })?;
        call(|error| unsafe { sys::ctsec_action_name(action, text.as_mut_ptr() as *mut c_char, text.len(), error) })?;
        let name = borrowed(text.as_ptr() as *const c_char).unwrap_or_default();
        allowed = allowed && name == "allow";
        println!("{}", name);
    }
    println!("{}", borrowed(unsafe { sys::ctsec_verdict_why(verdict.pointer) }).unwrap_or_default());
    Ok(!allowed as i32)
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [path] => scan(path),
        ["caps", mask] => caps(mask),
        ["simulate", profile, _, ..] => simulate(profile, &words[2..]),
        _ => {
            eprintln!("usage: scan FILE | caps MASK | simulate PROFILE SYSCALL [ARG...]");
            std::process::exit(2)
        }
    };
    std::process::exit(done.unwrap_or_else(|failure| {
        eprintln!("{}", failure);
        2
    }))
}
