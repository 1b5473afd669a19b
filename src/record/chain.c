/*
 * chain.c -- sums over the records, which show what was damaged or changed afterwards
 *
 *  (1) The sum of a record is made of the sum before it and of all that it holds, its id
 *      too: so no record can be changed, removed or moved without another sum behind it.
 *      The table `chain` has the sum behind a record every CHAIN_RECORDS or a few more,
 *      written in the transaction of that record, and behind the last one.
 *  (2) A row without a sum: the records up to it were written without sums (by an
 *      earlier version), and the next sum begins at 0.
 *  (3) The sums are of 64 bits and without a key. They find damage and edits, not a
 *      forger who makes new sums, nor an end that was removed together with its sums.
 */
#include "record_parts.h"

enum { CHAIN_RECORDS = 64 };

const char record_table_chain[] =
	"CREATE TABLE chain(id INTEGER PRIMARY KEY, sum INTEGER)";

uint64_t record_chain_sum(uint64_t sum, int64_t id, const struct record_row *row)
{
	const uint64_t numbers[] = {
		(uint64_t)id,
		(uint64_t)row->received_at,
		(uint64_t)row->steady,
		(uint64_t)row->source << 32 | (uint32_t)row->type,
	};
	uint64_t content =
		row->name.len == 0 ? 0 : hash_bytes(row->name.at, row->name.len, 1);
	/* Two sums side by side: the second does not wait for the first. */
	sum = hash_bytes(numbers, sizeof(numbers), sum);
	content = hash_bytes(row->bytes.at, row->bytes.len, content);
	return (sum ^ content) * 0x9fb21c651e98df25u + content;
}

void record_chain_add(struct record *record, int64_t id, const struct record_row *row)
{
	struct record_row stored = *row;
	/* A file of an older version has no column for it. */
	if (sqlite3_bind_parameter_count(record->insert) < 7)
		stored.steady = 0;
	record->chain.sum = record_chain_sum(record->chain.sum, id, &stored);
	record->chain.id = id;
}

int record_chain_put(struct record *record, bool last)
{
	static const char sql[] = "INSERT INTO chain(id,sum) VALUES(?,?)";
	int64_t records = record->chain.id - record->chain.put;
	if (records == 0 || (!last && records < CHAIN_RECORDS))
		return SQLITE_OK;
	if (record->insert_chain == NULL &&
	    sqlite3_prepare_v2(record->db, sql, -1, &record->insert_chain, NULL) !=
		    SQLITE_OK)
		return SQLITE_ERROR;
	sqlite3_bind_int64(record->insert_chain, 1, record->chain.id);
	sqlite3_bind_int64(record->insert_chain, 2, (int64_t)record->chain.sum);
	int step = sqlite3_step(record->insert_chain);
	sqlite3_reset(record->insert_chain);
	record->chain.put = record->chain.id;
	return step == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR;
}

/** (2) */
static int chain_restart(struct record *record, int64_t last, struct err *err)
{
	char sql[80];
	record->chain = (struct record_chain){.id = last, .put = last};
	if (last == 0)
		return 0;
	text_format(sql, sizeof(sql), "INSERT OR REPLACE INTO chain VALUES(%lld,NULL)",
		    (long long)last);
	return record_exec(record, sql, "write", err);
}

/** (1) The records behind the last sum, up to @last. */
static int chain_catch_up(struct record *record, int64_t last, struct err *err)
{
	char sql[112];
	sqlite3_stmt *stmt = NULL;
	int rc = 0;
	text_format(sql, sizeof(sql), "SELECT %s FROM record WHERE id>%lld ORDER BY id",
		    record_columns(record->db), (long long)record->chain.put);
	if (sqlite3_prepare_v2(record->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return record_fail(record, "read", err);
	while (rc == 0 && sqlite3_step(stmt) == SQLITE_ROW) {
		struct record_row row;
		rc = record_row_of(record, stmt, &row, err);
		if (rc == 0)
			record_chain_add(record, row.id, &row);
	}
	sqlite3_finalize(stmt);
	return rc != 0 || record->chain.id == last ? rc
						   : record_fail(record, "read", err);
}

int record_chain_load(struct record *record, int64_t last, struct err *err)
{
	static const char sql[] = "SELECT id,sum FROM chain ORDER BY id DESC LIMIT 1";
	sqlite3_stmt *stmt = NULL;
	if (sqlite3_table_column_metadata(record->db, NULL, "chain", "sum", NULL, NULL,
					  NULL, NULL, NULL) != SQLITE_OK) {
		int rc = record_exec(record, record_table_chain, "write", err);
		return rc != 0 ? rc : chain_restart(record, last, err);
	}
	if (sqlite3_prepare_v2(record->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return record_fail(record, "read", err);
	int step = sqlite3_step(stmt);
	int64_t id = step == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
	record->chain = (struct record_chain){
		.id = id,
		.put = id,
		.sum = id > 0 ? (uint64_t)sqlite3_column_int64(stmt, 1) : 0,
	};
	int rc = step == SQLITE_ROW || step == SQLITE_DONE
			 ? 0
			 : record_fail(record, "read", err);
	sqlite3_finalize(stmt);
	if (rc != 0 || id == last)
		return rc;
	return id < last ? chain_catch_up(record, last, err)
			 : chain_restart(record, last, err);
}
