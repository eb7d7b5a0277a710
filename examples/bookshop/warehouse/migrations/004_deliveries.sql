ALTER TABLE deliveries ADD COLUMN id bigint;
ALTER TABLE deliveries ADD COLUMN isbn text;
ALTER TABLE deliveries ADD COLUMN copies integer;
ALTER TABLE deliveries ADD COLUMN expected_on date;
