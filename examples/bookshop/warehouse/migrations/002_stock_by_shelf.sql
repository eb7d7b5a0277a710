CREATE INDEX stock_by_shelf ON stock (shelf_id);
