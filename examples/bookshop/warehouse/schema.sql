-- A new warehouse. Keep in step with the migrations.
CREATE TABLE shelves (
    id integer PRIMARY KEY,
    hall text NOT NULL,
    capacity integer NOT NULL DEFAULT 40
);

CREATE TABLE stock (
    isbn text NOT NULL,
    shelf_id integer NOT NULL REFERENCES shelves (id),
    copies integer NOT NULL,
    counted_on date,
    PRIMARY KEY (isbn, shelf_id)
);
CREATE INDEX stock_by_shelf ON stock (shelf_id);

CREATE TABLE deliveries (
    id bigint PRIMARY KEY,
    isbn text NOT NULL,
    copies integer NOT NULL,
    expected_on date
);
