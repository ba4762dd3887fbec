"""Labels lie where their paper has them, and a camera reads from the print what they say."""

from __future__ import annotations

from itertools import pairwise

import pypdfium2
import pytest
import zxingcpp

from custody import codes
from custody.reports import labels
from custody.reports.labels import STOCKS, Label, Stock, draw
from tests.reports.reading import text_of

DPI = 300


def made(count: int) -> list[Label]:
    return [
        Label(
            code, f"https://custody.example.org/c/{code}", ("Secret 秘密", f"Copy {n} of {count}", "SHEET-7")
        )
        for n, code in enumerate(map(codes.copy_code, range(1, count + 1)), 1)
    ]


def scanned(pdf: bytes) -> list[list[str]]:
    """Return what a camera reads on each page, from left to right and down."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        image = page.render(scale=DPI / 72).to_pil().convert("L")
        read = zxingcpp.read_barcodes(image)
        read.sort(key=lambda code: (round(code.position.top_left.y / 60), code.position.top_left.x))
        found.append([code.text for code in read])
    return found


@pytest.mark.parametrize("name", sorted(STOCKS))
def test_every_label_of_two_pages_is_read_in_its_place(name: str) -> None:
    stock = STOCKS[name]
    whole = made(stock.places + 1)
    pages = scanned(draw(whole, stock))
    assert pages == [[one.address for one in whole[:-1]], [whole[-1].address]]


@pytest.mark.parametrize("name", sorted(STOCKS))
def test_labels_lie_on_their_paper_and_not_on_each_other(name: str) -> None:
    stock = STOCKS[name]
    corners = [stock.corner(n) for n in range(stock.places)]
    for x, y in corners:
        assert x >= 0 and y >= -0.01
        assert x + stock.size[0] <= stock.page[0] + 0.01 and y + stock.size[1] <= stock.page[1] + 0.01
    for (x, y), (right, below) in pairwise(corners):
        assert right >= x + stock.size[0] - 0.01 or below <= y - stock.size[1] + 0.01


def test_a_sheet_that_was_begun_goes_on_where_it_was_left() -> None:
    stock = STOCKS["a4-21"]
    pages = scanned(draw(made(3), stock, first=20))
    assert [len(page) for page in pages] == [2, 1]
    (page,) = pypdfium2.PdfDocument(draw(made(1), stock, first=21))
    (code,) = zxingcpp.read_barcodes(page.render(scale=DPI / 72).to_pil().convert("L"))
    left, top = code.position.top_left.x / DPI * 25.4, code.position.top_left.y / DPI * 25.4
    x, y = stock.corner(20)
    assert x < left < x + stock.size[0] / 2 and stock.page[1] - y - stock.size[1] < top < stock.page[1] - y


def test_what_is_printed_is_told_in_words_too_and_a_long_name_stays_on_the_label() -> None:
    label = Label("HF-000001-X", "https://h/c/HF-000001-X", ("Secret 秘密", "第1份，共2份", "A" * 120))
    pdf = draw([label], STOCKS["a4-40"])
    words = text_of(pdf)
    assert "HF-000001-X" in words and "第1份，共2份" in words and "A" * 120 in words
    (page,) = pypdfium2.PdfDocument(pdf)
    boxes = [page.get_textpage().get_charbox(n) for n in range(page.get_textpage().count_chars())]
    right = max(box[2] for box in boxes) / 72 * 25.4
    assert right <= STOCKS["a4-40"].left + STOCKS["a4-40"].size[0] - labels.INK + 0.1


def test_a_code_that_is_half_torn_is_still_read() -> None:
    (page,) = pypdfium2.PdfDocument(draw(made(1), STOCKS["roll-100x50"]))
    image = page.render(scale=DPI / 72).to_pil().convert("L")
    (whole,) = zxingcpp.read_barcodes(image)
    middle = whole.position.bottom_right
    image.paste(255, (middle.x - 60, middle.y - 60, middle.x, middle.y))
    (torn,) = zxingcpp.read_barcodes(image)
    assert torn.text == whole.text


def test_no_label_too_many_and_a_place_that_is_not_there_are_refused() -> None:
    stock: Stock = STOCKS["a4-21"]
    for count, first in ((0, 1), (labels.MOST + 1, 1), (1, 0), (1, 22)):
        with pytest.raises(ValueError):
            draw([made(1)[0]] * count, stock, first)
