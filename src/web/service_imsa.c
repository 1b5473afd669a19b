/*
 * service_imsa.c -- the scoring page of IMSA: standings and the state of the race, polled
 *
 * Learned from readers of the page, which has no public description.
 */
#include "pitwall_web.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#define PAGE "https://dcqsrdkhg933g.cloudfront.net/"

enum { IMSA_EVERY_S = 5 };

static int imsa_get(const char *name, const char *callback, struct slice *body,
		    struct err *err)
{
	char url[WEB_URL_MAX];
	web_url(url, PAGE, "%s_JSONP.json?callback=%s&_=%" PRId64 "000", name, callback,
		(int64_t)time(NULL));
	return web_get(url, body, err);
}

static int imsa_poll(void *context, struct err *err)
{
	(void)context;
	struct slice body;
	int rc = imsa_get("RaceData", "jsonpRaceData", &body, err);
	if (rc == 0 && !web_standing("RaceData_JSONP.json", body))
		web_say("RaceData: not the JSON that was expected");
	if (rc == 0)
		rc = imsa_get("RaceResults", "jsonpRaceResults", &body, err);
	if (rc == 0 && !web_standing("RaceResults_JSONP.json", body))
		web_say("RaceResults: not the JSON that was expected");
	if (rc == 0)
		web_poll_end();
	return rc;
}

static int imsa_run(const char *what, struct err *err)
{
	(void)what;
	return web_for_ever(imsa_poll, NULL, web_every(IMSA_EVERY_S), err);
}

static int imsa_list(struct err *err)
{
	char line[400], text[3][60], clean[3][60];
	static const char *const names[3] = {"E", "S", "T"};
	struct slice body;
	int rc = imsa_get("RaceResults", "jsonpRaceResults", &body, err);
	if (rc != 0)
		return rc;
	const char *open = memchr(body.at, '{', body.len);
	if (!open)
		return 0;
	struct slice object = {open, body.len - (size_t)(open - body.at)};
	for (unsigned i = 0; i < 3; i++) {
		web_member(object, names[i], text[i], sizeof(text[i]));
		text_clean(clean[i], sizeof(clean[i]), slice_of(text[i]));
	}
	if (clean[0][0] == '\0' && clean[1][0] == '\0')
		return 0;
	size_t len = text_format(line, sizeof(line), "imsa://\tIMSA\t%s\t%s\t%s\n",
				 clean[0], clean[1], clean[2]);
	web_write((struct slice){line, len});
	return 0;
}

const struct web_service service_imsa = {
	.scheme = "imsa",
	.run = imsa_run,
	.list = imsa_list,
};
