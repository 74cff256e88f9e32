//! What the system dropped before anybody could read it.

/// How many datagrams were dropped at the sockets of these ports, where the system tells: Linux does, in a table of
/// all its sockets.
#[cfg(target_os = "linux")]
pub(super) fn datagrams(ports: &[u16]) -> Option<u64> {
    let tables = ["/proc/self/net/udp", "/proc/self/net/udp6"];
    let tables: Vec<String> = tables.iter().filter_map(|table| std::fs::read_to_string(table).ok()).collect();
    if tables.is_empty() {
        return None;
    }
    Some(tables.iter().map(|table| dropped(table, ports)).sum())
}

/// Nobody tells.
#[cfg(not(target_os = "linux"))]
pub(super) fn datagrams(_ports: &[u16]) -> Option<u64> {
    None
}

/// The last column, of the lines whose second one ends in one of the ports, in hexadecimal.
#[cfg(any(target_os = "linux", test))]
fn dropped(table: &str, ports: &[u16]) -> u64 {
    let of_line = |line: &str| {
        let mut columns = line.split_ascii_whitespace();
        let (_, port) = columns.nth(1)?.rsplit_once(':')?;
        let port = u16::from_str_radix(port, 16).ok()?;
        columns.next_back()?.parse::<u64>().ok().filter(|_| ports.contains(&port))
    };
    table.lines().skip(1).filter_map(of_line).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_are_summed_over_the_sockets_asked_for() {
        let table = "\
   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  422: 0100007F:1388 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 22 2 0000000000000000 7
  423: 0100007F:1389 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 23 2 0000000000000000 9
  424: 0100007F:138A 0100007F:1389 01 00000000:00000000 00:00000000 00000000     0        0 24 2 0000000000000000 1
";
        assert_eq!(dropped(table, &[5000, 5002]), 8);
        assert_eq!(dropped(table, &[]), 0);
        assert_eq!(dropped("", &[5000]), 0);
    }
}
