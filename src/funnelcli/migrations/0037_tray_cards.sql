-- What a card says of somebody who waits in the tray, beside how they are reached.
ALTER TABLE tray_note ADD COLUMN birthday TEXT;
ALTER TABLE tray_note ADD COLUMN website TEXT;
