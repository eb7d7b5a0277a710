"""The till: lists what was sold today."""

from pathlib import Path

from bookshop.database import open_shop


def main() -> None:
    shop = open_shop(Path("shop.sqlite3"))
    for title, sold in shop.execute(
        "SELECT books.title, count(*) FROM orders JOIN books USING (isbn)"
        " WHERE ordered_at >= date('now') GROUP BY books.title"
    ):
        print(sold, title)


main()
