#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "domain/consent/keyword_recognition.hpp"
#include "domain/consent/keywords.hpp"
#include "tests/events/golden.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace tidemark::domain::keyword_recognition_test {

void PrintTo(const Recognised& read, std::ostream* out) {
  constexpr std::array names{"none", "help", "resume", "resume_if_asked", "review", "opt_out"};
  *out << names.at(static_cast<std::size_t>(read.sign)) << '\t' << read.rule;
}

namespace {

using HealthSignal = MessageSign;

std::string verdict(std::string_view message) {
  std::ostringstream out;
  PrintTo(recognise(message), &out);
  return out.str();
}

std::string in_case(std::string text, auto is_upper) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (char& c = text[i]; (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
      c = static_cast<char>(is_upper(i) ? c & ~0x20 : c | 0x20);
  return text;
}

HealthSignal alone(PhraseUse use) {
  switch (use) {
  case PhraseUse::help:
    return HealthSignal::help;
  case PhraseUse::resume:
    return HealthSignal::resume;
  case PhraseUse::resume_if_asked:
    return HealthSignal::resume_if_asked;
  default:
    return HealthSignal::opt_out;
  }
}

TEST(Recognition, ReadsEveryWordInAnyCaseWithAnythingAroundIt) {
  for (const auto& phrase : recognition_phrases()) {
    if (phrase.use == PhraseUse::inside || phrase.use == PhraseUse::review_alone)
      continue;
    const Recognised wanted{alone(phrase.use),
                            alone(phrase.use) == HealthSignal::opt_out ? "E6.2@2" : "E6.5@2"};
    const std::string word(phrase.words);
    for (const auto& text : {word, in_case(word, [](auto) { return true; }),
                             in_case(word, [](auto i) { return i % 2 == 0; }),
                             in_case(word, [](auto i) { return i == 0; })})
      for (const auto* around : {"", " ", ".", "\xC2\xA0", "\"", "🛑", "\xE2\x80\x8B", "!?\n"}) {
        std::string message(around);
        message.append(text).append(around);
        EXPECT_EQ(recognise(message), wanted) << message;
      }
  }
}

TEST(Recognition, LeavesToAPersonWhatHoldsAStopWordInsideOtherText) {
  for (const auto& phrase : recognition_phrases()) {
    const auto text = "we met near " + std::string(phrase.words) + " on friday evening";
    const bool counts = phrase.use == PhraseUse::stop || phrase.use == PhraseUse::inside;
    EXPECT_EQ(recognise(text), counts ? (Recognised{HealthSignal::review, "E6.4@2"}) : Recognised{})
        << text;
  }
}

TEST(Recognition, ReadsHyphensBetweenWordsAsThePeopleWhoTypeThemForDashes) {
  for (const auto* text : {"STOP-please", "please-stop", "STOP--please", "stop-stop", "CANCEL-STOP",
                           "Stop-texting me", "remove-me", "take-me-off your list",
                           "ok-don't-text-me", "STOP\xE2\x80\x90please", "stop-"})
    EXPECT_EQ(recognise(text).sign, HealthSignal::opt_out) << text;
  for (const auto* text :
       {"Not interested-stop", "I opted-out", "stop'please", "STOP--I don't want these",
        "the bus stop's closed", "we can't-stop now", "Visit--stop by at 5"})
    EXPECT_EQ(recognise(text), (Recognised{HealthSignal::review, "E6.4@2"})) << text;
  for (const auto* text : {"opt-in", "un-stop", "OPT-IN", "re-sume"})
    EXPECT_EQ(recognise(text).sign, HealthSignal::resume) << text;
  for (const auto* text :
       {"non-stop flights are nice", "a one-stop shop", "see you at the week-end",
        "please un-stop it", "twenty-one", "it's-a-deal"})
    EXPECT_EQ(recognise(text), Recognised{}) << text;
}

TEST(Recognition, ReadsStretchedWordsAndAStopSignAlone) {
  for (const auto* text : {"STOOOP", "Stoppp", "STOOOOOPPPP!!!", "please stoooop", "CANCELLL"})
    EXPECT_EQ(recognise(text).sign, HealthSignal::opt_out) << text;
  for (const auto* text :
       {"🛑", "🛑🛑 !", "kindly discontinue", "st0p", "Stopped", "not intrested"})
    EXPECT_EQ(recognise(text).sign, HealthSignal::review) << text;
  for (const auto* text : {"on the stoop", "sooooo good", "👍", "🛒", "I stopped by"})
    EXPECT_EQ(recognise(text), Recognised{}) << text;
}

TEST(Recognition, NeverFindsAWordInAPartOfAnother) {
  for (const auto* text :
       {"see you this weekend", "recommend", "send it", "cancelled flight", "unstoppable today",
        "Richmond", "non-stop flights are nice", "stopé", "stopstraße", "backend removed", "STOP5"})
    EXPECT_EQ(recognise(text), Recognised{}) << text;
}

TEST(Recognition, TakesAStopWordWithCourtesyForAnOptOut) {
  for (const auto* text :
       {"stop please", "please stop", "stop texting me", "unsubscribe me", "please opt me out",
        "remove me", "take me off your list", "do not text me", "don’t contact me again",
        "stop messaging me now thanks", "no more texts", "STOP STOP STOP STOP STOP",
        "Stop! Remove me from your list, please.", "Cancel, thank you", "leave us alone",
        "please take my number off of this list", "can you stop sending me these messages?",
        "I no longer want to receive any more texts from you", "bitte abmelden"})
    EXPECT_EQ(recognise(text), (Recognised{HealthSignal::opt_out, "E6.3@2"})) << text;
}

TEST(Recognition, TakesThreeWordsThatBeginWithStopForAnOptOutUnlessTheyAskForAVisit) {
  for (const auto* text : {"stop harassing people", "STOP it jerk", "unsubscribe by friday",
                           "opt out of spam", "stop all this nonsense"})
    EXPECT_EQ(recognise(text).sign, HealthSignal::opt_out) << text;
  for (const auto* text :
       {"stop by 5pm", "stop by", "Stop in tomorrow", "can you stop by at 5",
        "cancel my appointment", "please cancel my Tuesday slot", "I'll end up there",
        "end of the day", "quit smoking now", "stop at the store"})
    EXPECT_EQ(recognise(text), (Recognised{HealthSignal::review, "E6.4@2"})) << text;
}

TEST(Recognition, TakesAYesForAnAnswerOnlyAlone) {
  EXPECT_EQ(recognise("Yes I paid yesterday"), Recognised{});
  EXPECT_EQ(recognise("start over"), Recognised{});
  EXPECT_EQ(recognise("can you help me"), Recognised{});
}

TEST(Recognition, GivesTheSaferMeaningToWhatCouldBeTwo) {
  EXPECT_EQ(recognise("help me stop this").sign, HealthSignal::review);
  EXPECT_EQ(recognise("START STOP").sign, HealthSignal::review);
  EXPECT_EQ(recognise("yes, end it").sign, HealthSignal::review);
}

TEST(Recognition, TakesNoBrokenBytesAndNoOtherLetters) {
  for (const auto* text :
       {"ΣTOP", "", "...", "东京", "\xE2\x80", "st\xFFop", "please", "сто", "Спор"})
    EXPECT_EQ(recognise(text), Recognised{}) << text;
  EXPECT_EQ(recognise("STOP\xFF").sign, HealthSignal::opt_out);
}

TEST(Recognition, ReadsAStopWordLetterByLetter) {
  for (const auto* text : {"S T O P", "s.t.o.p", "S-T-O-P", "s, t, o, p!", "T D", "o p t o u t"})
    EXPECT_EQ(recognise(text), (Recognised{HealthSignal::opt_out, "E6.2@2"})) << text;
  EXPECT_EQ(recognise("please s t o p").sign, HealthSignal::opt_out);
  EXPECT_EQ(recognise("u can s t o p by at 5").sign, HealthSignal::review);
  for (const auto* text : {"h e l l o", "S T A R T", "a b c", "plan t d"})
    EXPECT_EQ(recognise(text), Recognised{}) << text;
}

TEST(Recognition, OverlooksMarksOnAStopWordAndLettersThatOnlyLookLatin) {
  for (const auto* text : {"stop\xCC\x81", "s\xCC\xB6t\xCC\xB6o\xCC\xB6p\xCC\xB6", "stóp", "STОP",
                           "ЅTOP", "Сancel", "unѕubsсribe", "οptout"})
    EXPECT_EQ(recognise(text), (Recognised{HealthSignal::opt_out, "E6.2@2"})) << text;
  EXPECT_EQ(recognise("STОP texting me").sign, HealthSignal::opt_out);
  EXPECT_EQ(recognise("ЅТОР"), (Recognised{HealthSignal::review, "E6.4@2"}))
      << "a word of another language?";
  EXPECT_EQ(recognise("ok, ЅТОР"), (Recognised{HealthSignal::review, "E6.4@2"}));
  EXPECT_EQ(recognise("stopé"), Recognised{});
}

TEST(Recognition, LeavesToAPersonWhatIsNearlyUnsubscribe) {
  for (const auto* text : {"unsuscribe", "Unsubcribe", "unsubscibe", "unsubsribe me please",
                           "unsubscribes", "how do I unsubcribe", "unsubscrib"})
    EXPECT_EQ(recognise(text), (Recognised{HealthSignal::review, "E6.4@2"})) << text;
  for (const auto* text :
       {"resubscribe", "subscriber", "my subscribed list", "describe", "transcribe"})
    EXPECT_EQ(recognise(text), Recognised{}) << text;
  for (const auto* text : {"unsub", "UNSUB!", "un subscribe", "opt-me-out", "opt me out"})
    EXPECT_EQ(recognise(text).sign, HealthSignal::opt_out) << text;
}

TEST(Recognition, LeavesToAPersonWhoeverWantsToBeLeftAloneInOtherWords) {
  for (const auto* text :
       {"DNC", "stop2end", "STOP2END", "wrong number", "Sorry, wrong number.", "not interested",
        "I'm not interested, thanks", "go away", "fuck off", "no molestar", "eliminar",
        "Salir, por favor", "pare de me enviar mensagens"})
    EXPECT_EQ(recognise(text), (Recognised{HealthSignal::review, "E6.4@2"})) << text;
  for (const auto* text : {"voy a salir ahora", "quiero eliminar la humedad", "I am interested",
                           "is this the right number"})
    EXPECT_EQ(recognise(text), Recognised{}) << text;
  for (const auto* text : {"do not call", "leave me alone", "pare"})
    EXPECT_EQ(recognise(text).sign, HealthSignal::opt_out) << text;
}

TEST(Recognition, ReadsTextOfAnyLength) {
  std::string text;
  while (text.size() < 1'000'000)
    text += "do not take me for a weekend ";
  EXPECT_EQ(recognise(text), Recognised{});
  EXPECT_EQ(recognise(text + "stop").sign, HealthSignal::review);
  std::string stops;
  while (stops.size() < 1'000'000)
    stops += "please stop ";
  EXPECT_EQ(recognise(stops).sign, HealthSignal::review);
}

TEST(RecognitionWords, AreInTheFoldedFormAndStandOnceEach) {
  const auto phrases = recognition_phrases();
  for (const auto& phrase : phrases) {
    EXPECT_EQ(std::count_if(phrases.begin(), phrases.end(),
                            [&](const auto& other) {
                              return other.words == phrase.words
                                     && other.language == phrase.language;
                            }),
              1)
        << phrase.words;
    EXPECT_NE(recognise(phrase.words), Recognised{}) << phrase.words;
  }
}

TEST(RecognitionWords, OfEveryPatternHaveTheirClass) {
  for (const auto pattern : recognition_patterns()) {
    std::istringstream items{std::string(pattern)};
    for (std::string item; items >> item;) {
      if (!item.starts_with('<'))
        continue;
      const auto name = item.substr(1, item.find('>') - 1);
      const auto classes = recognition_classes();
      EXPECT_TRUE(name == "stop_word"
                  || std::any_of(classes.begin(), classes.end(),
                                 [&](const auto& one) { return one.name == name; }))
          << pattern;
    }
  }
}

/// A digest over all words: whatever of them changes, it changes.
std::string digest_of_words() {
  std::string all;
  const auto put = [&](std::string_view part) { all.append(part).push_back('\n'); };
  for (const auto& phrase : recognition_phrases()) {
    put(phrase.language);
    put(phrase.words);
    put(std::to_string(static_cast<int>(phrase.use)));
  }
  for (const auto& one : recognition_classes()) {
    put(one.name);
    put(one.phrases);
  }
  for (const auto pattern : recognition_patterns())
    put(pattern);
  return to_hex(sha256(all));
}

std::string file_of(unsigned version) {
  return "recognition.v" + std::to_string(version) + ".tsv";
}

/// First line: the digest of the words. The others: sign, rule, message.
std::string with_verdicts_of_today(const std::string& corpus) {
  std::string out = "words\t" + digest_of_words() + "\n";
  std::istringstream lines(corpus);
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    const auto message = line.substr(line.rfind('\t') + 1);
    out += verdict(message) + "\t" + message + "\n";
  }
  return out;
}

TEST(RecognitionVersion, IsRaisedWithEveryChangeOfWordsOrVerdicts) {
  const auto before = tidemark::test::golden(file_of(recognition_version - 1), "");
  const auto stored = tidemark::test::golden(file_of(recognition_version),
                                             with_verdicts_of_today(before.value_or("")));
  ASSERT_TRUE(stored) << "no corpus of this version; write it with TIDEMARK_BLESS=1";
  EXPECT_GT(std::count(stored->begin(), stored->end(), '\n'), 100);
  EXPECT_EQ(with_verdicts_of_today(*stored), *stored)
      << "recognition changed: raise recognition_version and write its corpus with "
         "TIDEMARK_BLESS=1";
}

/// A message of words that matter, words that do not, and anything at all between them.
rc::Gen<std::string> messages() {
  const auto piece = rc::gen::oneOf(
      rc::gen::map(rc::gen::inRange<std::size_t>(0, recognition_phrases().size()),
                   [](auto i) { return std::string(recognition_phrases()[i].words); }),
      rc::gen::element<std::string>("please", "me", "texting", "by", "my", "the", "weekend",
                                    "don't"),
      rc::gen::element<std::string>(" ", "\xC2\xA0", ".", "\xE2\x80\x8B", "'", "-"),
      rc::gen::string<std::string>());
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](const std::vector<std::string>& all) {
                        std::string out;
                        for (const auto& one : all)
                          out += one + (out.size() % 3 == 0 ? "" : " ");
                        return out;
                      });
}

RC_GTEST_PROP(Recognition, IsTheSameInAnyCase, ()) {
  const auto message = *messages();
  const auto seed = *rc::gen::arbitrary<unsigned>();
  const auto other = in_case(message, [&](auto i) { return (seed >> i % 32 & 1U) != 0; });
  RC_ASSERT(recognise(other) == recognise(message));
}

RC_GTEST_PROP(Recognition, IsTheSameWithPunctuationAroundTheMessage, ()) {
  const auto around =
      rc::gen::container<std::string>(rc::gen::element(' ', '.', '!', '"', ')', '\n', '*'));
  const auto message = *messages();
  RC_ASSERT(recognise(*around + message + *around) == recognise(message));
}

RC_GTEST_PROP(Recognition, OverlooksNoStopWord, ()) {
  const auto message = *messages();
  const auto& phrase =
      recognition_phrases()[*rc::gen::inRange<std::size_t>(0, recognition_phrases().size())];
  if (phrase.use == PhraseUse::stop || phrase.use == PhraseUse::inside) {
    const auto sign = recognise(message + ". " + std::string(phrase.words)).sign;
    RC_ASSERT(may_be_opt_out(sign));
  }
}

} // namespace
} // namespace tidemark::domain::keyword_recognition_test
