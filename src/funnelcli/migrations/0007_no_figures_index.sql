-- Reports read closed deals as they lie in the file. Databases made by an early fourth schema still
-- kept an index for them, which every change of a deal had to write.
DROP INDEX IF EXISTS deal_figures;
