'use strict';
for (const table of document.querySelectorAll('table.sortable')) {
  const value = (row, at) => row.cells[at].dataset.value ?? row.cells[at].textContent.trim();
  for (const button of table.querySelectorAll('thead button')) {
    button.addEventListener('click', () => {
      const head = button.closest('th');
      const at = head.cellIndex;
      const down = head.getAttribute('aria-sort') === 'ascending';
      for (const other of table.querySelectorAll('th')) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const rows = Array.from(table.tBodies[0].rows);
      const numbers = rows.every((row) => value(row, at) === '' || Number.isFinite(Number(value(row, at))));
      rows.sort((a, b) => {
        const [x, y] = [value(a, at), value(b, at)];
        const order = numbers ? (x === '' ? -1 : Number(x)) - (y === '' ? -1 : Number(y)) : x.localeCompare(y);
        return down ? -order : order;
      });
      table.tBodies[0].append(...rows);
    });
  }
}
