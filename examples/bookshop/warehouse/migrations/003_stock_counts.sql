ALTER TABLE stock ADD COLUMN counted_on date;
CREATE INDEX stock_by_shelf ON stock (shelf_id);
