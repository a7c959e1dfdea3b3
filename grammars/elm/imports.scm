(import_clause moduleName: (upper_case_qid) @name) @import
