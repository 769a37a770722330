package org.pullboot.cli;

import java.util.ArrayList;
import java.util.List;

/** Columns as wide as they need to be. */
final class Table {
    private Table() {}

    /** The rows as lines, two blanks between their columns; the first row may be headings. */
    static List<String> lines(List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int of = column;
                int width = rows.stream()
                        .mapToInt(each -> each.get(of).length())
                        .max()
                        .orElse(0);
                line.append(row.get(column)).repeat(' ', width - row.get(column).length() + 2);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
