/*
 * fonts.c -- a font for each character
 *
 *  (1) Letters, digits and most signs are of the system's monospaced font. A character
 *      that it lacks is of the font that fontconfig finds for it.
 *  (2) No font that is installed has it: an empty box, and the character is counted.
 */
#include "fonts.h"

#include <cairo-ft.h>
#include <fontconfig/fontconfig.h>
#include <math.h>

static cairo_scaled_font_t *font_open(double size, uint32_t cp, bool bold, bool italic)
{
	FcPattern *asked = FcPatternCreate();
	FcCharSet *charset = cp ? FcCharSetCreate() : NULL;
	FcResult result;
	FcPatternAddString(asked, FC_FAMILY, (const FcChar8 *)"DejaVu Sans Mono");
	FcPatternAddString(asked, FC_FAMILY, (const FcChar8 *)"monospace");
	FcPatternAddInteger(asked, FC_WEIGHT, bold ? FC_WEIGHT_BOLD : FC_WEIGHT_NORMAL);
	FcPatternAddInteger(asked, FC_SLANT, italic ? FC_SLANT_ITALIC : FC_SLANT_ROMAN);
	if (charset) {
		FcCharSetAddChar(charset, cp);
		FcPatternAddCharSet(asked, FC_CHARSET, charset);
		FcCharSetDestroy(charset);
	}
	FcConfigSubstitute(NULL, asked, FcMatchPattern);
	FcDefaultSubstitute(asked);
	FcPattern *found = FcFontMatch(NULL, asked, &result);
	FcPatternDestroy(asked);
	if (!found)
		return NULL;
	cairo_font_face_t *face = cairo_ft_font_face_create_for_pattern(found);
	FcPatternDestroy(found);
	cairo_matrix_t font_matrix, none;
	cairo_matrix_init_scale(&font_matrix, size, size);
	cairo_matrix_init_identity(&none);
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_scaled_font_t *font =
		cairo_scaled_font_create(face, &font_matrix, &none, options);
	cairo_font_options_destroy(options);
	cairo_font_face_destroy(face);
	return font;
}

static cairo_scaled_font_t *fonts_of(struct fonts *fonts, uint32_t cp, bool bold,
				     bool italic)
{
	for (unsigned i = 0; i < fonts->count; i++)
		if (fonts->rows[i].cp == cp && fonts->rows[i].bold == bold &&
		    fonts->rows[i].italic == italic)
			return fonts->rows[i].font;
	if (fonts->count == FONTS_MAX) { /* the first four stay */
		enum { KEPT = 4 };
		while (fonts->count > KEPT)
			cairo_scaled_font_destroy(fonts->rows[--fonts->count].font);
	}
	cairo_scaled_font_t *font = font_open(fonts->size, cp, bold, italic);
	fonts->rows[fonts->count].font = font;
	fonts->rows[fonts->count].cp = cp;
	fonts->rows[fonts->count].bold = bold;
	fonts->rows[fonts->count++].italic = italic;
	return font;
}

/* False: the font does not have it. */
static bool glyph_of(cairo_scaled_font_t *font, uint32_t cp, cairo_glyph_t *out)
{
	char text[5] = "";
	cairo_glyph_t *glyphs = NULL;
	int count = 0;
	if (!font || cairo_scaled_font_status(font) != CAIRO_STATUS_SUCCESS)
		return false;
	int len = (int)utf8_encode(text, cp);
	bool has = cairo_scaled_font_text_to_glyphs(font, 0, 0, text, len, &glyphs,
						    &count, NULL, NULL,
						    NULL) == CAIRO_STATUS_SUCCESS &&
		   count > 0 && glyphs[0].index != 0;
	if (has)
		*out = glyphs[0];
	cairo_glyph_free(glyphs);
	return has;
}

static void fonts_lack(struct fonts *fonts, uint32_t cp)
{
	for (unsigned i = 0; i < fonts->missing_count && i < FONTS_MISSING_MAX; i++)
		if (fonts->missing[i] == cp)
			return;
	if (fonts->missing_count < FONTS_MISSING_MAX)
		fonts->missing[fonts->missing_count] = cp;
	fonts->missing_count++;
}

void fonts_draw(struct fonts *fonts, cairo_t *cairo, uint32_t cp, struct fonts_at at)
{
	cairo_scaled_font_t *font = fonts_of(fonts, 0, at.bold, at.italic);
	cairo_glyph_t glyph = {0};
	if (!glyph_of(font, cp, &glyph)) { /* (1) */
		font = fonts_of(fonts, cp, at.bold, at.italic);
		if (!glyph_of(font, cp, &glyph)) { /* (2) */
			double h = fonts->size * 0.7;
			fonts_lack(fonts, cp);
			cairo_set_line_width(cairo, 1);
			cairo_rectangle(cairo, at.x + 1.5, at.y - h, at.room - 3, h);
			cairo_stroke(cairo);
			return;
		}
	}
	cairo_text_extents_t extents;
	cairo_scaled_font_glyph_extents(font, &glyph, 1, &extents);
	double advance = extents.x_advance;
	double narrow = advance > at.room * 1.02 ? at.room / advance : 1;
	cairo_save(cairo);
	cairo_translate(cairo, at.x, at.y);
	cairo_scale(cairo, narrow, 1);
	glyph.x = narrow < 1 || advance <= 0 ? 0 : (at.room - advance) / 2;
	glyph.y = 0;
	/* A glyph as a path has one shape at every place and scale. */
	cairo_set_scaled_font(cairo, font);
	cairo_glyph_path(cairo, &glyph, 1);
	cairo_fill(cairo);
	cairo_restore(cairo);
}

void fonts_begin(struct fonts *fonts, double size)
{
	*fonts = (struct fonts){.size = size};
	for (int i = 0; i < 4; i++)
		(void)fonts_of(fonts, 0, i & 1, i & 2);
}

void fonts_end(struct fonts *fonts)
{
	while (fonts->count > 0)
		cairo_scaled_font_destroy(fonts->rows[--fonts->count].font);
	FcFini();
}
