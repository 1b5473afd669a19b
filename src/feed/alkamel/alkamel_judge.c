/*
 * alkamel_judge.c -- which rows are believed
 *
 * A row is redundant: HOUR less ELAPSED is the start of the race in every row, ELAPSED
 * less LAP_TIME is the end of the lap before, and lap numbers run from 1 without gaps.
 * Damage breaks one of these.
 *
 *  (1) Rows are judged car by car in the order (ELAPSED, lap, bytes), which is
 *      their own and not the file's.
 *  (2) A row whose begin is the end of the row before is the next lap, whatever
 *      its number; one that does not fit is used only where nothing better is
 *      known, and the laps between are reported as missing.
 *  (3) HOUR is a check only where most rows agree on the start (alkamel_clock.c).
 */
#include "alkamel.h"

#include <string.h>

/* ---- order (1) ----------------------------------------------------------- */

static struct slice ak_judge_line_of(const struct ak *ak, const struct ak_row *row)
{
	struct slice rest = {ak->file.at + row->offset, ak->file.len - row->offset};
	return slice_trim(slice_cut(&rest, '\n'));
}

static int compare_bytes(struct slice a, struct slice b)
{
	int c = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);
	if (c != 0 || a.len == b.len)
		return c;
	return a.len < b.len ? -1 : 1;
}

static const struct ak_row *row_at(const struct ak *ak, uint32_t i)
{
	return (const struct ak_row *)(const void *)(ak->rows + i * ak->stride);
}

/* Both of one car. */
static bool before(const struct ak *ak, uint32_t a, uint32_t b)
{
	const struct ak_row *x = row_at(ak, a), *y = row_at(ak, b);
	if (x->elapsed != y->elapsed)
		return x->elapsed < y->elapsed;
	if (x->lap != y->lap)
		return x->lap < y->lap;
	return compare_bytes(ak_judge_line_of(ak, x), ak_judge_line_of(ak, y)) < 0;
}

static void ak_judge_sift(const struct ak *ak, uint32_t *heap, size_t at, size_t count)
{
	uint32_t it = heap[at];
	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count && before(ak, heap[child], heap[child + 1]))
			child++;
		if (!before(ak, it, heap[child]))
			break;
		heap[at] = heap[child];
	}
	heap[at] = it;
}

static void sort_rows(const struct ak *ak, uint32_t *rows, size_t count)
{
	bool sorted = true;
	for (size_t i = 1; i < count && sorted; i++)
		sorted = !before(ak, rows[i], rows[i - 1]);
	if (sorted)
		return;
	for (size_t i = count / 2; i-- > 0;)
		ak_judge_sift(ak, rows, i, count);
	for (size_t last = count; last-- > 1;) {
		uint32_t it = rows[0];
		rows[0] = rows[last];
		rows[last] = it;
		ak_judge_sift(ak, rows, 0, last);
	}
}

/* Deal the rows out to their cars, then sort each car's. */
static void sort_all(struct ak *ak)
{
	uint32_t from = 0;
	for (uint32_t c = 0; c < ak->car_count; c++) {
		ak->cars[c].first = from;
		from += ak->cars[c].count;
	}
	for (uint32_t i = 0; i < ak->row_count; i++)
		ak->order[ak->cars[row_at(ak, i)->car].first++] = i;
	for (uint32_t c = 0; c < ak->car_count; c++) {
		struct ak_car *car = &ak->cars[c];
		car->first -= car->count;
		sort_rows(ak, ak->order + car->first, car->count);
	}
}

/* Cars by number as text: insertion, since files have them so. */
static void rank_cars(struct ak *ak)
{
	for (uint32_t c = 0; c < ak->car_count; c++) {
		uint32_t at = c;
		for (; at > 0; at--) {
			uint16_t other = ak->ranked[at - 1];
			if (memcmp(ak->cars[other].id, ak->cars[c].id,
				   sizeof(ak->cars[c].id)) < 0)
				break;
			ak->ranked[at] = other;
		}
		ak->ranked[at] = (uint16_t)c;
	}
}

/* ---- one car after the other (2) ----------------------------------------- */

/* The row before the one being judged. */
struct chain {
	struct ak *ak;
	const struct ak_car *car;
	struct ak_row *before; /* NULL: none */
	uint32_t at;           /* of the row among the car's */
	int64_t elapsed;       /* end of the lap before */
	unsigned lap;          /* its number */
	uint32_t used;
};

static void skip(const struct chain *chain, struct ak_row *row, enum ak_reason reason)
{
	row->bits |= AK_SKIP;
	/* Doubtful and bare rows are counted already. */
	if (!(row->bits & (AK_DOUBT | AK_BARE)))
		ak_row_anomaly(chain->ak, reason, row)->b = chain->lap;
}

static bool ak_judge_fits(const struct ak_row *row, int64_t elapsed)
{
	return !(row->bits & AK_BARE) && row->elapsed - row->lap_time == elapsed;
}

static struct ak_row *row_behind(const struct chain *chain, uint32_t by)
{
	if (chain->at + by >= chain->car->count)
		return NULL;
	return ak_sorted(chain->ak, chain->car->first + chain->at + by);
}

/* How far to look for a row that settles it: damage comes in single rows. */
enum { LOOK = 6 };

/* A row behind says that @elapsed is where lap @lap ended. */
static bool confirmed(const struct chain *chain, unsigned lap, int64_t elapsed)
{
	const struct ak_row *row;
	for (uint32_t by = 1; by <= LOOK && (row = row_behind(chain, by)); by++)
		if (row->lap == lap + 1 && ak_judge_fits(row, elapsed))
			return true;
	return false;
}

static void use(struct chain *chain, struct ak_row *row)
{
	chain->before = row;
	chain->elapsed = row->elapsed;
	chain->lap = row->lap;
	chain->used++;
}

/* The number follows, the times do not: LAP_TIME or the car is wrong. */
static void judge_broken(struct chain *chain, struct ak_row *row)
{
	/* The first lap of a practice begins when the car drives out. */
	bool joins = !chain->before && row->elapsed > row->lap_time;
	if (joins && !(row->bits & AK_DOUBT)) {
		use(chain, row);
		return;
	}
	if (row->bits & AK_DOUBT || confirmed(chain, chain->lap, chain->elapsed) ||
	    !confirmed(chain, row->lap, row->elapsed)) {
		skip(chain, row, AK_CHAIN);
		return;
	}
	ak_row_anomaly(chain->ak, AK_CHAIN, row);
	row->bits |= AK_BARE;
	row->lap_time = 0;
	memset(row->sector, 0, chain->ak->sectors * sizeof(row->sector[0]));
	use(chain, row);
}

/* Laps before this one have no row: is there time for them? */
static void judge_jump(struct chain *chain, struct ak_row *row)
{
	int64_t missing = (int64_t)row->lap - chain->lap - 1;
	int64_t gap = row->elapsed - row->lap_time - chain->elapsed;
	int64_t least = chain->ak->lap_min == INT64_MAX ? 0 : chain->ak->lap_min / 2;
	bool room = gap > 0 && gap / missing > least;
	if (row->bits & (AK_BARE | AK_DOUBT) || !room ||
	    confirmed(chain, chain->lap, chain->elapsed))
		skip(chain, row, AK_MISPLACED);
	else
		use(chain, row);
}

static void judge_row(struct chain *chain, struct ak_row *row)
{
	struct ak_row *before = chain->before;
	if (before && row->elapsed == before->elapsed) {
		bool better = before->bits & AK_BARE && !(row->bits & AK_BARE) &&
			      row->lap == before->lap;
		if (!better) {
			skip(chain, row, AK_REPEATED);
			return;
		}
		before->bits |= AK_SKIP;
		chain->used--;
		use(chain, row);
		return;
	}
	bool follows = row->lap == chain->lap + 1;
	if (chain->lap == AK_LAP_MAX && ak_judge_fits(row, chain->elapsed)) {
		skip(chain, row, AK_LAPS_MOST);
	} else if (ak_judge_fits(row, chain->elapsed)) {
		if (!follows) {
			ak_row_anomaly(chain->ak, AK_RENUMBERED, row)->b =
				chain->lap + 1;
			row->lap = (uint16_t)(chain->lap + 1);
			row->bits |= AK_REPAIRED;
		}
		use(chain, row);
	} else if (follows && row->bits & AK_BARE && !(row->bits & AK_DOUBT)) {
		use(chain, row);
	} else if (follows) {
		judge_broken(chain, row);
	} else if (row->lap > chain->lap) {
		judge_jump(chain, row);
	} else {
		skip(chain, row, AK_REPEATED);
	}
}

/* A car that has fewer rows than half its laps is another car's number, damaged. */
static void drop_ghost(struct chain *chain)
{
	for (uint32_t i = 0; i < chain->car->count; i++) {
		struct ak_row *row = ak_sorted(chain->ak, chain->car->first + i);
		if (!(row->bits & AK_SKIP))
			skip(chain, row, AK_GHOST);
	}
	chain->used = 0;
	chain->lap = 0;
}

static void judge_car(struct ak *ak, struct ak_car *car)
{
	struct chain chain = {.ak = ak, .car = car};
	for (; chain.at < car->count; chain.at++)
		judge_row(&chain, ak_sorted(ak, car->first + chain.at));
	if ((uint64_t)chain.used * 2 < chain.lap)
		drop_ghost(&chain);
	car->used = chain.used;
	car->laps = chain.lap;
	if (chain.used && chain.elapsed > ak->last_elapsed)
		ak->last_elapsed = chain.elapsed;
	ak->info->rows += chain.used;
	ak->info->cars += chain.used != 0;
}

/* ---- what the rows agree on ---------------------------------------------- */

uint16_t ak_majority(const struct ak *ak, const struct ak_car *car, enum ak_kind kind)
{
	uint16_t best = car->heads[kind];
	for (uint16_t i = best; i != 0; i = ak->variants[i].next) {
		const struct ak_variant *a = &ak->variants[i];
		const struct ak_variant *b = &ak->variants[best];
		if (a->count > b->count ||
		    (a->count == b->count &&
		     compare_bytes(ak_variant_text(ak, a), ak_variant_text(ak, b)) < 0))
			best = i;
	}
	return best;
}

/* A finish is followed by one more crossing of each car that still runs: a
 * chequered flag with the race going on behind it is damage. */
static bool flag_early(const struct ak *ak, const struct ak_row *row,
		       const int64_t *lasts)
{
	uint32_t running = 0, racing = 0;
	for (uint32_t c = 0; c < ak->car_count; c++) {
		running += lasts[2 * c] > row->elapsed;
		racing += lasts[2 * c + 1] > row->elapsed;
	}
	return racing * 2 > running;
}

static void judge_flags(struct ak *ak)
{
	int64_t lasts[2 * AK_CARS_MAX] = {0};
	for (uint32_t c = 0; c < ak->car_count; c++)
		for (uint32_t i = ak->cars[c].count; i-- > 0;) {
			const struct ak_row *row = ak_sorted(ak, ak->cars[c].first + i);
			if (row->bits & AK_SKIP)
				continue;
			lasts[2 * c + (lasts[2 * c] != 0)] = row->elapsed;
			if (lasts[2 * c + 1] != 0)
				break;
		}
	for (uint32_t i = 0; i < ak->row_count; i++) {
		struct ak_row *row = ak_sorted(ak, i);
		if (row->flag != FLAG_UNKNOWN)
			ak->info->flags = true;
		if (row->flag != FLAG_FINISH || row->bits & AK_SKIP)
			continue;
		if (row->elapsed < lasts[2 * row->car] || flag_early(ak, row, lasts)) {
			/* In a timed session groups may run one after another. */
			if (ak->info->type != SESSION_FIELD_TIMED)
				ak_row_anomaly(ak, AK_FLAG_EARLY, row);
			row->flag = FLAG_UNKNOWN;
		} else {
			ak->info->finish_flag = true;
		}
	}
}

/* Where the lines lie on the lap, from clean laps not much slower than the
 * fastest; equal parts where there are none. */
static void find_shares(struct ak *ak)
{
	uint64_t sums[AK_SECTORS_MAX] = {0}, total = 0;
	/* Laps are below AK_ELAPSED_MAX where there are any. */
	int64_t slow = ak->lap_min == INT64_MAX ? 0 : ak->lap_min * 13 / 10;
	for (uint32_t i = 0; i < ak->row_count; i++) {
		const struct ak_row *row = row_at(ak, i);
		if ((row->bits & ~AK_NO_HOUR) != AK_EXACT_SUM || row->lap < 2 ||
		    row->pit_ms != AK_PIT_NONE || row->lap_time > slow)
			continue;
		for (unsigned s = 0; s < ak->sectors; s++)
			sums[s] += (uint64_t)(row->sector[s] / US_MS);
		total += (uint64_t)(row->lap_time / US_MS);
	}
	unsigned lines = ak->sectors ? ak->sectors : 1;
	uint64_t so_far = 0;
	for (unsigned s = 0; s <= lines; s++) {
		if (total == 0)
			ak->ppm[s] = (uint32_t)(1000000u * s / lines);
		else
			ak->ppm[s] = (uint32_t)(so_far * 1000000 / total);
		so_far += s < ak->sectors ? sums[s] : total;
	}
	ak->ppm[lines] = 1000000;
}

/* The commonest class of length and its neighbours; their mean. */
static length_mm ak_judge_lap_length(const struct ak *ak)
{
	size_t best = 0;
	uint64_t sum = 0, count = 0;
	for (size_t i = 1; i < AK_LENGTHS; i++)
		if (ak->length_count[i] > ak->length_count[best])
			best = i;
	for (size_t i = best ? best - 1 : 0; i <= best + 1 && i < AK_LENGTHS; i++) {
		sum += ak->length_sum[i];
		count += ak->length_count[i];
	}
	return count ? (length_mm)(sum / count) : 0;
}

void ak_judge(struct ak *ak)
{
	if (!ak->grouped)
		sort_all(ak);
	rank_cars(ak);
	ak_judge_start(ak);
	for (uint32_t c = 0; c < ak->car_count; c++)
		judge_car(ak, &ak->cars[c]);
	ak_judge_type(ak);
	if (ak->column[AK_FLAG] != AK_ABSENT)
		judge_flags(ak);
	ak_judge_best(ak);
	find_shares(ak);
	ak->info->lap_length = ak_judge_lap_length(ak);
}
