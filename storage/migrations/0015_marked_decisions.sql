-- What tells a decision of ours from one that somebody wrote into the table (storage/row_marks.py).
ALTER TABLE casework ADD COLUMN IF NOT EXISTS mark String;
