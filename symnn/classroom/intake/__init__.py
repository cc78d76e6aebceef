"""What a class hands in, in whatever form: tables, workbooks, folders, archives, notebooks."""
