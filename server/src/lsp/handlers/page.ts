/** Characters of a line of a report: editors show it beside another file. */
export const pageWidth = 100;
