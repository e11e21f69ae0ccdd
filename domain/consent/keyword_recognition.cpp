#include "domain/consent/keyword_recognition.hpp"

#include "base/contains.hpp"
#include "base/text/folding.hpp"
#include "base/text/look_alikes.hpp"
#include "domain/consent/keywords.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <numeric>
#include <span>
#include <vector>

namespace tidemark::domain {
namespace {

using Words = std::span<const std::string>;
/// Bit p: a match may end before word p. So a message for patterns has at most 31 words; longer
/// text is more than a stop word with courtesy.
using Ends = std::uint32_t;
constexpr std::size_t pattern_words_max = 31;

/// Takes the part before the next divider off the front of a text.
std::string_view next_of(std::string_view& text, char divider) {
  const auto part = text.substr(0, text.find(divider));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

/// How many of the words the phrase is, when they begin with it; else 0.
std::size_t length_at_front(std::string_view phrase, Words words) {
  std::size_t count = 0;
  while (!phrase.empty()) {
    if (count == words.size() || words[count] != next_of(phrase, ' '))
      return 0;
    ++count;
  }
  return count;
}

std::size_t longest_at_front(std::string_view phrases, Words words) {
  std::size_t longest = 0;
  while (!phrases.empty())
    longest = std::max(longest, length_at_front(next_of(phrases, '|'), words));
  return longest;
}

std::string_view phrases_of_class(std::string_view name) {
  const auto classes = recognition_classes();
  const auto found = std::find_if(classes.begin(), classes.end(),
                                  [&](const WordClass& one) { return one.name == name; });
  return found == classes.end() ? std::string_view() : found->phrases;
}

bool is_stop(PhraseUse use) {
  return use == PhraseUse::stop || use == PhraseUse::stop_alone;
}

/// Where one phrase out of several, read from each of these places, can end.
Ends after_one(std::string_view item, Words words, Ends from) {
  Ends out = 0;
  const auto add = [&](std::string_view phrase, std::size_t place) {
    if (const auto count = length_at_front(phrase, words.subspan(place)))
      out |= Ends{1} << (place + count);
  };
  for (std::size_t place = 0; place < words.size(); ++place) {
    if ((from >> place & 1U) == 0)
      continue;
    if (item == "<stop_word>") {
      for (const auto& phrase : recognition_phrases())
        if (is_stop(phrase.use))
          add(phrase.words, place);
    } else if (item.starts_with('<')) {
      for (auto left = phrases_of_class(item.substr(1, item.size() - 2)); !left.empty();)
        add(next_of(left, '|'), place);
    } else {
      add(item, place);
    }
  }
  return out;
}

Ends after_pattern(std::string_view pattern, Words words, Ends from) {
  while (!pattern.empty() && from != 0) {
    auto item = next_of(pattern, ' ');
    const char suffix = item.back();
    const bool may_lack = suffix == '?' || suffix == '*', repeats = suffix == '*' || suffix == '+';
    if (may_lack || repeats)
      item.remove_suffix(1);
    Ends reached = after_one(item, words, from);
    for (Ends last = reached; repeats && last != 0;) {
      last = after_one(item, words, last) & ~reached;
      reached |= last;
    }
    from = may_lack ? from | reached : reached;
  }
  return from;
}

/// Requirement E6.3: one pattern after the other, to the end. At most `pattern_words_max` words.
bool matches_patterns(Words words) {
  if (words.empty())
    return false;
  Ends reached = 1;
  for (Ends last = 1; last != 0;) {
    Ends next = 0;
    for (const auto pattern : recognition_patterns())
      next |= after_pattern(pattern, words, last);
    last = next & ~reached;
    reached |= last;
  }
  return (reached >> words.size() & 1U) != 0;
}

const Phrase* single_word(std::string_view word) {
  const auto phrases = recognition_phrases();
  const auto found = std::find_if(phrases.begin(), phrases.end(),
                                  [&](const Phrase& phrase) { return phrase.words == word; });
  return found == phrases.end() ? nullptr : &*found;
}

bool is_stop_word(std::string_view word) {
  const auto* phrase = single_word(word);
  return phrase && phrase->use == PhraseUse::stop;
}

bool is_ascii(std::string_view word) {
  return std::none_of(word.begin(), word.end(), [](char c) { return (c & 0x80) != 0; });
}

/// "STOOOP": a letter written three times or more is one, where that makes a stop word.
std::string without_stretching(std::string word) {
  constexpr std::size_t stretched = 3;
  std::string out;
  for (std::size_t at = 0; at < word.size();) {
    const auto end = std::min(word.find_first_not_of(word[at], at), word.size());
    out.append(end - at < stretched ? end - at : 1, word[at]);
    at = end;
  }
  return out.size() != word.size() && is_stop_word(out) ? out : word;
}

/// A word that mixes scripts is meant as it looks; marks on a stop word are ornament.
std::string as_meant(std::string word) {
  if (is_ascii(word))
    return without_stretching(std::move(word));
  if (auto look = latin_look(word); look && look->mixed)
    word = std::move(look->word);
  auto bare = without_marks(word);
  return is_stop_word(bare) ? bare : word;
}

bool is_one_letter(std::string_view word) {
  return !word.empty()
         && std::count_if(word.begin(), word.end(), [](char c) { return (c & 0xC0) != 0x80; }) == 1;
}

/// "S T O P" and "s.t.o.p": letters one by one that make a stop word.
std::vector<std::string> spelled(std::vector<std::string> words) {
  std::vector<std::string> out;
  out.reserve(words.size());
  for (auto at = words.begin(); at != words.end();) {
    const auto end = std::find_if_not(at, words.end(), is_one_letter);
    std::string run;
    for (auto letter = at; letter != end; ++letter)
      run += *letter;
    const auto* phrase = end - at > 1 ? single_word(run) : nullptr;
    const bool whole = at == words.begin() && end == words.end();
    if (phrase && (phrase->use == PhraseUse::stop || (whole && is_stop(phrase->use))))
      out.push_back(std::move(run));
    else
      std::move(at, end, std::back_inserter(out));
    if (end == words.end())
      break;
    out.push_back(std::move(*end));
    at = end + 1;
  }
  return out;
}

/// Changes of one letter, or of two, that make one word of the other; more count as 3.
std::size_t letters_between(std::string_view a, std::string_view b) {
  constexpr std::size_t far = 3;
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) >= far)
    return far;
  std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1);
  std::iota(before.begin(), before.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j)
      row[j] = std::min({before[j] + 1, row[j - 1] + 1, before[j - 1] + (a[i - 1] != b[j - 1])});
    std::swap(before, row);
  }
  return std::min(before.back(), far);
}

/// "unsuscribe". Who subscribes, or does so again, is as near and means the contrary.
bool is_nearly_unsubscribe(std::string_view word) {
  return !word.starts_with("subs") && !word.starts_with("re")
         && letters_between(word, "unsubscribe") < 3;
}

/// "STOP ALL", "OPT OUT" and "UN SUBSCRIBE" are written apart as often as together.
std::vector<std::string> joined(std::vector<std::string> words) {
  std::vector<std::string> out;
  out.reserve(words.size());
  for (auto& word : words) {
    const bool belongs =
        !out.empty()
        && ((out.back() == "stop" && word == "all") || (out.back() == "opt" && word == "out")
            || (out.back() == "un" && word == "subscribe"));
    if (belongs)
      out.back() += word;
    else
      out.push_back(std::move(word));
  }
  return out;
}

std::vector<std::string> without_courtesy(Words words) {
  std::vector<std::string> out;
  const auto courtesy = phrases_of_class("courtesy");
  while (!words.empty()) {
    if (const auto count = longest_at_front(courtesy, words)) {
      words = words.subspan(count);
    } else {
      out.push_back(words.front());
      words = words.subspan(1);
    }
  }
  return out;
}

bool is_wish(Words words) {
  return words.size() <= pattern_words_max && matches_patterns(without_courtesy(words));
}

/// Requirement A5: STOP and its like with at most two words behind it, whatever they are. "Stop by
/// at 5" asks for a visit (requirement E6.4): such a word behind STOP leaves it to a person.
bool begins_with_stop(Words words) {
  constexpr std::array<std::string_view, 4> family{"stop", "stopall", "unsubscribe", "optout"};
  constexpr std::array<std::string_view, 4> visit{"by", "in", "at", "over"};
  if (words.empty() || words.size() > 3 || !contains(family, words[0]))
    return false;
  return words.size() == 1 || words[0] != "stop" || !contains(visit, words[1]);
}

/// Requirement E6.4. Long texts are read here, so a word is looked up by the first of a phrase.
bool holds_stop_word(Words words) {
  static const auto by_first = [] {
    std::multimap<std::string_view, std::string_view> out;
    for (const auto& phrase : recognition_phrases())
      if (phrase.use == PhraseUse::stop || phrase.use == PhraseUse::inside)
        out.emplace(phrase.words.substr(0, phrase.words.find(' ')), phrase.words);
    return out;
  }();
  for (; !words.empty(); words = words.subspan(1)) {
    if (is_nearly_unsubscribe(words.front()))
      return true;
    const auto [first, last] = by_first.equal_range(words.front());
    if (std::any_of(first, last,
                    [&](const auto& one) { return length_at_front(one.second, words) != 0; }))
      return true;
  }
  return false;
}

/// The phrase that the whole message is.
const Phrase* whole_phrase(Words words) {
  const auto phrases = recognition_phrases();
  const auto found = std::find_if(phrases.begin(), phrases.end(), [&](const Phrase& phrase) {
    return phrase.use != PhraseUse::inside && phrase.use != PhraseUse::review_alone
           && !words.empty() && length_at_front(phrase.words, words) == words.size();
  });
  return found == phrases.end() ? nullptr : &*found;
}

/// Alone it may be an opt-out: a word of that kind, or one of another script that looks like a stop
/// word.
bool is_doubtful_alone(Words words) {
  if (words.size() != 1)
    return false;
  const auto* phrase = single_word(words[0]);
  if (phrase && phrase->use == PhraseUse::review_alone)
    return true;
  const auto look = is_ascii(words[0]) ? std::nullopt : latin_look(words[0]);
  return look && is_stop_word(look->word);
}

MessageSign sign_of(PhraseUse use) {
  switch (use) {
  case PhraseUse::stop:
  case PhraseUse::stop_alone:
    return MessageSign::opt_out;
  case PhraseUse::inside:
  case PhraseUse::review_alone:
    return MessageSign::review;
  case PhraseUse::help:
    return MessageSign::help;
  case PhraseUse::resume:
    return MessageSign::resume;
  case PhraseUse::resume_if_asked:
    return MessageSign::resume_if_asked;
  }
  return MessageSign::none;
}

Recognised by(std::string_view section, MessageSign sign) {
  return {sign, std::string(section) + "@" + std::to_string(recognition_version)};
}

std::vector<std::string> words_of(std::string_view text, Joiners joiners) {
  auto folded = folded_words(text, joiners);
  std::transform(folded.begin(), folded.end(), folded.begin(), as_meant);
  return folded;
}

/// "non-stop" is one word, however it is read.
std::vector<std::string> with_compounds(std::vector<std::string> apart, Words together) {
  std::vector<std::string> out;
  out.reserve(apart.size());
  for (auto& word : apart) {
    const auto both = out.empty() ? std::string() : out.back() + word;
    if (longest_at_front(phrases_of_class("compound"), Words(&both, 1)) == 1
        && contains(together, both))
      out.back() = both;
    else
      out.push_back(std::move(word));
  }
  return out;
}

Recognised read(std::vector<std::string> folded) {
  const auto words = joined(spelled(std::move(folded)));
  if (const auto* whole = whole_phrase(words))
    return by(is_stop(whole->use) ? "E6.2" : "E6.5", sign_of(whole->use));
  if (is_wish(words) || begins_with_stop(words))
    return by("E6.3", MessageSign::opt_out);
  if (holds_stop_word(words) || is_doubtful_alone(without_courtesy(words)))
    return by("E6.4", MessageSign::review);
  return {};
}

} // namespace

Recognised recognise(std::string_view text) {
  constexpr std::string_view stop_sign = "\xF0\x9F\x9B\x91"; // U+1F6D1
  const auto together = words_of(text, Joiners::dropped);
  auto out = read(together);
  if (out.sign != MessageSign::none && out.sign != MessageSign::review)
    return out;
  if (together.empty() && text.find(stop_sign) != std::string_view::npos)
    return by("E6.4", MessageSign::review); // its word is all that is missing
  // "STOP-texting me", "STOP--I mean it". Read apart, words can only weigh more: "un-stop" and
  // "opt-in" mean what they mean together, and "don't" is no two words.
  auto all_apart = words_of(text, Joiners::apart);
  if (all_apart == together)
    return out; // no word has any
  auto apart = read(with_compounds(words_of(text, Joiners::hyphens_apart), together));
  if (apart.sign == MessageSign::opt_out)
    return apart;
  const auto all = read(with_compounds(std::move(all_apart), together));
  if (may_be_opt_out(apart.sign) || may_be_opt_out(all.sign))
    return by("E6.4", MessageSign::review);
  return out;
}

} // namespace tidemark::domain
