
"use strict";
(() => {
  const PAGE = 200;
  const all = JSON.parse(document.getElementById("data").textContent);
  // In the order of their frames; what is known only at the end was written there.
  all.sort((one, other) => one.c - other.c || one.f - other.f);
  const byId = (id) => document.getElementById(id);
  const rows = byId("rows"), detail = byId("detail"), count = byId("count"), page = byId("page");
  const search = byId("search"), session = byId("session"), name = byId("name"), found = byId("found");
  const before = byId("before"), after = byId("after");
  const several = "several" in byId("table").dataset;

  const make = (tag, text, className) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  };

  const findings = new Map();
  for (const item of document.querySelectorAll("li[data-key]")) {
    const [capture, , , frame] = item.dataset.key.split("-");
    const key = capture + "-" + frame;
    if (!findings.has(key)) findings.set(key, []);
    findings.get(key).push(item);
  }
  for (const message of all) {
    message.g = findings.has(message.c + "-" + message.f) || Boolean(message.e);
    message.x = [message.f, message.a, message.b, message.n, message.q, message.i, message.p, message.e, message.w, message.d]
      .join(" ").toLowerCase();
  }
  const names = [...new Set(all.map((message) => message.n).filter(Boolean))].sort();
  for (const each of names) {
    const option = make("option", each);
    option.value = each;
    name.append(option);
  }

  let shown = all, first = 0, chosen = null;

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const [capture, number] = session.value.split("-");
    shown = all.filter((message) =>
      (!session.value || (message.c === Number(capture) && message.s === Number(number)))
      && (!name.value || message.n === name.value)
      && (!found.checked || message.g)
      && words.every((word) => message.x.includes(word)));
    first = 0;
    draw();
  };

  const draw = () => {
    const part = shown.slice(first, first + PAGE);
    rows.replaceChildren(...part.map((message) => {
      const row = make("tr", undefined, (message.g ? "found " : "") + (/^ack of /.test(message.n) ? "ack" : ""));
      row.tabIndex = message === chosen ? 0 : -1;
      row.setAttribute("aria-selected", String(message === chosen));
      const label = (message.n ?? "(no message)") + (message.i ? " " + message.i : "") + (message.e ? " !" + message.e : "");
      for (const [text, className] of [...(several ? [[message.c, "n"]] : []), [message.f, "n"], [message.t.toFixed(6), "n"], [message.a, "end"], [message.b, "end"],
        [label, "says"], [message.q, "n"], [message.l, "n"]]) row.append(make("td", text, className));
      row.message = message;
      return row;
    }));
    if (!part.includes(chosen) && rows.firstChild) rows.firstChild.tabIndex = 0;
    count.textContent = shown.length + " of " + all.length + " messages";
    page.textContent = shown.length ? (first + 1) + " to " + Math.min(first + PAGE, shown.length) : "";
    before.disabled = first === 0;
    after.disabled = first + PAGE >= shown.length;
  };

  const turn = (by) => {
    first = Math.max(0, Math.min(first + by, shown.length - 1));
    draw();
    byId("list").scrollTop = 0;
  };

  // A segment may carry several messages: which of its frame and session one is.
  const nth = (message) => all.filter((each) => each.c === message.c && each.f === message.f && each.s === message.s).indexOf(message);
  const arrowsOf = (message) => document.querySelectorAll('[data-capture="' + message.c + '"][data-session="' + message.s
    + '"] > svg.ladder [data-frame="' + message.f + '"][data-nth="' + nth(message) + '"]');

  const choose = (message, focus) => {
    chosen = message;
    for (const row of rows.children) {
      const on = row.message === message;
      row.setAttribute("aria-selected", String(on));
      row.tabIndex = on ? 0 : -1;
      if (on && focus) { row.focus(); row.scrollIntoView({ block: "nearest" }); }
    }
    for (const arrow of document.querySelectorAll(".ladder .chosen")) arrow.classList.remove("chosen");
    for (const arrow of arrowsOf(message)) arrow.classList.add("chosen");
    show(message);
  };

  const show = (message) => {
    const bytes = (message.h.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
    const cells = [];
    const light = (start, end, button) => {
      for (const each of detail.querySelectorAll(".on")) each.classList.remove("on");
      for (let at = start; at < end && at < cells.length; at += 1) for (const cell of cells[at]) cell.classList.add("on");
      if (button) button.classList.add("on");
      if (cells[start]) cells[start][0].scrollIntoView({ block: "nearest" });
    };
    const title = make("h3", "Frame " + message.f + ": " + (message.n ?? "(no message)"));
    const about = make("p", message.p + ", " + message.a + " to " + message.b + ", " + message.d
      + (message.s === null ? "" : ", session " + message.s));
    const parts = [title, about];
    if (message.e) parts.push(make("p", message.e + ": " + message.w, "caveat"));
    const here = findings.get(message.c + "-" + message.f) ?? [];
    if (here.length) {
      const list = make("p", "Findings: ");
      here.forEach((item, index) => {
        const link = make("a", item.dataset.key.split("-")[2]);
        link.href = "#findings";
        link.dataset.finding = item.dataset.key;
        if (index) list.append(", ");
        list.append(link);
      });
      parts.push(list);
    }
    if (arrowsOf(message).length) {
      const link = make("a", "Show it in the ladder");
      link.href = "#sessions";
      Object.assign(link.dataset, { capture: message.c, session: message.s, arrow: message.f, nth: nth(message) });
      const line = make("p");
      line.append(link);
      parts.push(line);
    }
    const fields = make("ul", undefined, "fields");
    const buttons = [];
    for (const [label, value, start, end, depth] of message.v) {
      const item = make("li", undefined, "d" + Math.min(depth, 2));
      const button = make("button", label + ": " + value);
      button.type = "button";
      button.title = end > start ? "bytes " + start + " to " + (end - 1) : "no bytes of its own";
      button.addEventListener("click", () => light(start, end, button));
      buttons.push([start, end, button]);
      item.append(button);
      fields.append(item);
    }
    parts.push(fields);
    const dump = make("pre", undefined, "hex");
    dump.tabIndex = 0;
    dump.setAttribute("aria-label", "Bytes");
    for (let line = 0; line < bytes.length; line += 16) {
      dump.append(make("span", line.toString(16).padStart(4, "0") + "  ", "o"));
      const texts = [];
      for (let at = line; at < line + 16; at += 1) {
        if (at < bytes.length) {
          const hex = make("span", bytes[at].toString(16).padStart(2, "0"));
          const text = make("span", bytes[at] > 31 && bytes[at] < 127 ? String.fromCharCode(bytes[at]) : ".");
          hex.dataset.at = text.dataset.at = at;
          cells.push([hex, text]);
          texts.push(text);
          dump.append(hex, " ");
        } else dump.append("   ");
      }
      dump.append(" ", ...texts, "\n");
    }
    dump.addEventListener("click", (event) => {
      const at = Number(event.target.dataset.at ?? -1);
      const holding = buttons.filter(([start, end]) => at >= start && at < end);
      holding.sort((one, other) => (one[1] - one[0]) - (other[1] - other[0]));
      if (holding.length) light(...holding[0]);
    });
    parts.push(dump);
    if (message.l > bytes.length) parts.push(make("p", "The first " + bytes.length + " of " + message.l + " bytes.", "left-out"));
    detail.replaceChildren(...parts);
    detail.scrollTop = 0;
  };

  const go = (capture, frame, session, at) => {
    const here = all.filter((message) => message.c === capture && message.f === frame);
    const target = here.filter((message) => message.s === session)[at] ?? here[0];
    const is = (message) => message === target;
    if (target && !shown.includes(target)) {
      search.value = byId("session").value = name.value = "";
      found.checked = false;
      filter();
    }
    const index = shown.findIndex(is);
    if (index < 0) {
      detail.replaceChildren(make("p", "Frame " + frame + " carries no message that is in this page."));
      detail.focus();
      return;
    }
    first = Math.floor(index / PAGE) * PAGE;
    draw();
    byId("messages").scrollIntoView();
    choose(shown[index], true);
  };

  const point = (item) => {
    for (let parent = item.parentElement; parent; parent = parent.parentElement) if (parent.tagName === "DETAILS") parent.open = true;
    item.scrollIntoView({ block: "center" });
    item.focus();
    item.classList.add("flash");
    setTimeout(() => item.classList.remove("flash"), 1500);
  };

  const act = (event) => {
    const mark = event.target.closest(".mark[data-finding]");
    const link = event.target.closest("a[data-finding]");
    const box = event.target.closest("[data-capture]");
    if (mark || link) {
      const tail = (mark ?? link).dataset.finding;
      const key = mark ? box.dataset.capture + "-" + tail : tail;
      const item = [...document.querySelectorAll("li[data-key]")].find((each) => each.dataset.key === key);
      if (item) { event.preventDefault(); point(item); }
      return;
    }
    const arrow = event.target.closest("a[data-arrow]");
    if (arrow) {
      const { capture, session: of, arrow: number, nth: at } = arrow.dataset;
      const drawn = document.querySelector('[data-capture="' + capture + '"][data-session="' + of + '"] > svg.ladder [data-frame="'
        + number + '"][data-nth="' + (at ?? 0) + '"]');
      if (drawn) { event.preventDefault(); point(drawn); }
      return;
    }
    const frame = event.target.closest("[data-frame]");
    if (frame && box) {
      event.preventDefault();
      go(Number(box.dataset.capture), Number(frame.dataset.frame), Number(box.dataset.session), Number(frame.dataset.nth ?? 0));
    }
  };
  document.addEventListener("click", act);

  for (const diagram of document.querySelectorAll("svg.ladder")) {
    const stops = [...diagram.querySelectorAll("[tabindex]")];
    if (stops.length) stops[0].setAttribute("tabindex", "0");
    diagram.addEventListener("keydown", (event) => {
      const at = stops.indexOf(document.activeElement);
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (at >= 0 && by && stops[at + by]) {
        event.preventDefault();
        stops[at].setAttribute("tabindex", "-1");
        stops[at + by].setAttribute("tabindex", "0");
        stops[at + by].focus();
      } else if (at >= 0 && (event.key === "Enter" || event.key === " ")) act(event);
    });
  }

  rows.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (!row) return;
    choose(row.message, false);
    // In a narrow window the bytes stand below the table.
    if (detail.getBoundingClientRect().top > innerHeight - 80) detail.scrollIntoView({ block: "nearest" });
  });
  rows.addEventListener("keydown", (event) => {
    const row = event.target.closest("tr");
    const next = { ArrowDown: row?.nextSibling, ArrowUp: row?.previousSibling }[event.key];
    if (next) { event.preventDefault(); choose(next.message, true); }
    if (row && event.key === "Enter") { choose(row.message, false); detail.focus(); }
  });
  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 120); });
  for (const control of [session, name, found]) control.addEventListener("change", filter);
  document.querySelector("form.filters").addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  before.addEventListener("click", () => turn(-PAGE));
  after.addEventListener("click", () => turn(PAGE));
  window.addEventListener("beforeprint", () => { for (const each of document.querySelectorAll("details")) each.open = true; });
  draw();
})();
