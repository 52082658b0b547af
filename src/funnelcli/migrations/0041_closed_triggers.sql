-- Nothing changes in a file. A server has its functions and rights made anew with every version, and
-- of this one on nobody but whoever made the schema can use the functions behind its triggers.
SELECT 1;
