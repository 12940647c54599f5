"""Words can be read and edges can be seen, in both schemes; and what the tokens name is shipped."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage

from crmdesk.domain.shipped import shipped
from crmdesk.ui.kit import ChipSpec, ChipStyle
from crmdesk.ui.theme import Colors, Icon, SchemeChoice, TextRole, Theme, Voice, theme
from crmdesk.ui.theme.tokens import Scheme, load_tokens

TEXT, EDGE = 4.5, 3.0


def luminance(color: QColor) -> float:
    """Return the relative luminance (WCAG 2.2)."""
    parts = (color.redF(), color.greenF(), color.blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast ratio (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(params=[Scheme.LIGHT, Scheme.DARK])
def colors(request: pytest.FixtureRequest) -> Colors:
    """Return the colours of each scheme in turn."""
    return load_tokens().colors(request.param)


def grounds(colors: Colors) -> tuple[QColor, ...]:
    """Return everything words may lie on."""
    bg = colors.bg
    return bg.window, bg.panel, bg.sunken, bg.raised, bg.hover, bg.pressed


def test_words_can_be_read_on_every_ground(colors: Colors) -> None:
    inks = (colors.text.primary, colors.text.secondary, colors.text.muted, colors.text.disabled)
    assert min(contrast(ink, ground) for ink in inks for ground in grounds(colors)) >= TEXT
    assert min(contrast(ink, colors.you.soft) for ink in inks[:2]) >= TEXT
    assert contrast(colors.text.primary, colors.mark) >= TEXT


@pytest.mark.parametrize("voice", list(Voice))
def test_every_voice_can_be_read_and_seen(colors: Colors, voice: Voice) -> None:
    tone = colors.voice(voice)
    assert contrast(tone.on, tone.solid) >= TEXT
    assert contrast(tone.text, tone.soft) >= TEXT
    assert min(contrast(tone.text, g) for g in (colors.bg.window, colors.bg.panel, colors.bg.raised)) >= TEXT
    assert contrast(tone.line, tone.soft) >= EDGE
    assert contrast(tone.solid, colors.bg.panel) >= EDGE
    # In the lane: names and second lines lie on the soft ground of a voice.
    assert min(contrast(colors.text.primary, tone.soft), contrast(colors.text.secondary, tone.soft)) >= TEXT


def test_the_edge_of_a_field_and_the_ring_of_the_focus_can_be_seen(colors: Colors) -> None:
    for ground in (colors.bg.window, colors.bg.panel, colors.bg.sunken, colors.bg.raised):
        assert contrast(colors.line.control, ground) >= EDGE
        assert contrast(colors.you.line, ground) >= EDGE


def test_a_primary_button_can_be_read_under_the_pointer_and_pressed(colors: Colors) -> None:
    for shade in (110, 122):
        assert contrast(colors.you.on, colors.you.solid.darker(shade)) >= TEXT


def test_selected_text_can_be_read(colors: Colors) -> None:
    assert contrast(colors.you.on, colors.you.solid) >= TEXT


def test_every_icon_is_shipped_and_draws_something(look: Theme) -> None:
    for icon in Icon:
        picture = look.picture(icon, QColor("#000000"), 20, 2.0)
        assert picture.width() == 40
        bits = picture.toImage().convertToFormat(QImage.Format.Format_Alpha8)
        assert any(bytes(bits.constBits())), icon


def test_icons_and_fonts_are_shipped_with_their_licences() -> None:
    assert "ISC" in shipped("icons", "LICENSE").read_text()
    assert "SIL OPEN FONT LICENSE" in shipped("fonts", "OFL.txt").read_text()


def test_the_tokens_name_exactly_the_icons_the_program_knows() -> None:
    assert set(load_tokens().icons) == {icon.value for icon in Icon}


def test_a_file_that_was_not_shipped_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="nothing"):
        shipped("icons", "nothing.svg")


def test_a_switch_of_scheme_reaches_palette_and_painters(look: Theme) -> None:
    look.choose(SchemeChoice.DARK)
    assert theme().colors.scheme is Scheme.DARK
    from PySide6.QtWidgets import QApplication

    assert QApplication.palette().window().color() == theme().colors.bg.window


def test_a_chip_that_asks_for_attention_is_strong_and_an_outlined_one_is_not() -> None:
    assert ChipSpec("late", Voice.LATE).role is not ChipSpec("rest").role
    assert ChipSpec("late", Voice.LATE, style=ChipStyle.OUTLINE).role is ChipSpec("rest").role


@pytest.mark.parametrize("role", TextRole)
def test_a_width_that_was_kept_is_the_width_of_the_words(look: Theme, role: TextRole) -> None:
    for words in (*(f"Customer {number}" for number in range(5000)), "田中 英雄", "", "Customer 1"):
        assert look.advance(role, words) == look.metrics(role).horizontalAdvance(words)
        assert look.advance(role, words) == look.metrics(role).horizontalAdvance(words)
