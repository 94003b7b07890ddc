"""Tables that Sphinx wrote are made as all others."""

from bs4 import BeautifulSoup

from rescat.book.page_tables import remake_tables

WRITTEN = """<p>Before</p>
<div class="pst-scrollable-table-container"><table class="table">
<thead>
<tr class="row-odd"><th class="head"><p>Ask</p></th>
<th class="head text-right"><p>Of &amp; <a href="a.html">what</a></p></th>
</tr>
</thead>
<tbody>
<tr class="row-even"><td><p>Who? &lt;b&gt;</p></td>
<td><p><em>7</em></p></td>
</tr>
<tr class="row-odd"><td><p></p></td>
<td class="text-right"><p>8</p></td>
</tr>
</tbody>
</table>
</div>
<p>After</p>"""


def test_the_cells_and_headings_are_kept():
    page = BeautifulSoup(remake_tables(WRITTEN), "html.parser")
    [table] = page.select(".table-box > table.tabular")
    assert [p.get_text() for p in page.find_all("p")] == ["Before", "After"]
    assert [str(h) for h in table.select("thead th")] == [
        '<th scope="col">Ask</th>',
        '<th scope="col">Of &amp; <a href="a.html">what</a></th>',
    ]
    assert "--c2:'Of \\26  what'" in table["style"]
    cells = [[cell.decode_contents() for cell in row] for row in table.select("tbody tr")]
    assert cells == [["Who? &lt;b&gt;", "<em>7</em>"], ["", "8"]]


def test_other_tables_are_left_alone():
    other = '<table class="indextable genindextable"><tr><td>a</td></tr></table>'
    assert remake_tables(other) == other
