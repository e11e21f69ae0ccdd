#include "domain/consent/imported_opt_out.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::domain::imported_opt_out_test {
namespace {

using events::Channel;
using events::ConsentChange;
using events::Evidence;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string early = "2026-01-05T10:00:00.000000Z", start = "2026-02-05T10:00:00.000000Z",
                  late = "2026-03-05T10:00:00.000000Z";
const auto received = *from_rfc3339("2026-06-01T00:00:00Z");

events::OptOutImported row(const std::string& stated_at) {
  events::OptOutImported out;
  out.file_hash = std::string(64, 'a');
  out.line = 7;
  out.address = PiiText("+12025550142");
  out.channels = {Channel::sms, Channel::call};
  out.stated_at = stated_at;
  return out;
}

events::ConsentChanged said(const ConsentSignal& sign, std::uint64_t position) {
  events::ConsentChanged out;
  out.change = sign.change;
  out.channels = sign.channels;
  out.evidence = sign.evidence;
  out.rule = sign.rule;
  out.stated_at = sign.stated_at;
  out.input = Position{position};
  out.received_at = received;
  return out;
}

/// What the person said with START, at that time.
ConsentState opened(std::vector<Channel> channels) {
  ConsentState state;
  ConsentSignal sign{.change = ConsentChange::granted,
                     .channels = std::move(channels),
                     .evidence = Evidence::message_text,
                     .rule = "E6.2@1",
                     .stated_at = start};
  evolve(state, said(sign, 1));
  return state;
}

TEST(ImportedOptOut, ClosesWhatTheRowNames) {
  const auto signs = signs_of(row(early), {}, received);
  ASSERT_EQ(signs.size(), 1U);
  EXPECT_EQ(signs[0].change, ConsentChange::revoked);
  EXPECT_THAT(signs[0].channels, ElementsAre(Channel::sms, Channel::call));
  EXPECT_EQ(signs[0].evidence, Evidence::imported);
  EXPECT_EQ(signs[0].rule, "import:aaaaaaaaaaaa");
  EXPECT_TRUE(events::is_of_import(signs[0].rule));
  EXPECT_EQ(signs[0].stated_at, early);
}

TEST(ImportedOptOut, OlderThanAnOptInOfThePersonIsForAPersonToDecide) {
  const auto state = opened({Channel::sms});
  const auto signs = signs_of(row(early), state, received);
  ASSERT_EQ(signs.size(), 2U);
  EXPECT_EQ(signs[0].change, ConsentChange::revoked);
  EXPECT_THAT(signs[0].channels, ElementsAre(Channel::call)) << "nobody opened calls";
  EXPECT_EQ(signs[1].change, ConsentChange::review);
  EXPECT_THAT(signs[1].channels, ElementsAre(Channel::sms));
  auto after = state;
  for (const auto& sign : signs)
    for (const auto& change : decide_consent(after, sign, said(sign, 2))) {
      EXPECT_EQ(change.reason_code,
                change.change == ConsentChange::review ? Reason::older_than_opt_in : Reason::none);
      evolve(after, change);
    }
  EXPECT_EQ(suppression(after, Channel::sms, "").gate, Gate::in_review);
  EXPECT_EQ(suppression(after, Channel::call, "").gate, Gate::closed);
  EXPECT_THAT(signs_of(row(early), after, received), IsEmpty()) << "one review is enough";
}

TEST(ImportedOptOut, NewerThanAnOptInOrWithoutATimeCloses) {
  const auto state = opened({Channel::sms, Channel::call});
  for (const auto& at : {late, std::string()}) {
    const auto signs = signs_of(row(at), state, received);
    ASSERT_EQ(signs.size(), 1U) << at;
    EXPECT_EQ(signs[0].change, ConsentChange::revoked) << at;
  }
}

TEST(ImportedOptOut, ThatStandsAlreadyAsNewSaysNothing) {
  ConsentState state;
  const auto first = signs_of(row(start), state, received);
  evolve(state, said(first.at(0), 1));
  EXPECT_THAT(signs_of(row(start), state, received), IsEmpty());
  EXPECT_THAT(signs_of(row(early), state, received), IsEmpty());
  EXPECT_THAT(signs_of(row(""), state, received), IsEmpty());
  EXPECT_EQ(signs_of(row(late), state, received).size(), 1U) << "it is newer evidence";
}

TEST(ImportedOptOut, IsNoSubstituteForWhatThePersonSaid) {
  ConsentState state;
  auto words = signs_of(row(early), state, received).at(0);
  words.evidence = Evidence::message_text;
  evolve(state, said(words, 1));
  EXPECT_EQ(signs_of(row(early), state, received).size(), 1U);
}

TEST(ImportedOptOut, IsLiftedByWhatThePersonSaysLater) {
  ConsentState state;
  evolve(state, said(signs_of(row(early), state, received).at(0), 1));
  ConsentSignal sign{.change = ConsentChange::granted,
                     .channels = {Channel::sms},
                     .evidence = Evidence::message_text,
                     .rule = "E6.2@1",
                     .stated_at = late};
  for (const auto& change : decide_consent(state, sign, said(sign, 2)))
    evolve(state, change);
  EXPECT_EQ(suppression(state, Channel::sms, "").gate, Gate::open);
  EXPECT_EQ(suppression(state, Channel::call, "").gate, Gate::closed);
}

TEST(ImportedOptOut, NamesChannelsThatItsAddressHas) {
  using events::Field;
  EXPECT_EQ(channels_named("sms", Field::phone), std::vector{Channel::sms});
  EXPECT_EQ(channels_named("calls", Field::phone), std::vector{Channel::call});
  EXPECT_EQ(channels_named("all", Field::phone), channels_of(Field::phone));
  EXPECT_EQ(channels_named("email", Field::email), std::vector{Channel::email});
  EXPECT_EQ(channels_named("all", Field::email), std::vector{Channel::email});
  EXPECT_FALSE(channels_named("email", Field::phone));
  EXPECT_FALSE(channels_named("sms", Field::email));
  EXPECT_FALSE(channels_named("fax", Field::phone));
}

ConsentSignal doubt(const std::string& stated_at) {
  return {.change = ConsentChange::review,
          .channels = {Channel::sms, Channel::whatsapp},
          .evidence = Evidence::message_text,
          .rule = import_rule(std::string(64, 'a')),
          .stated_at = stated_at};
}

TEST(DoubtInATextOfBefore, IsLeftWhereNothingAnsweredIt) {
  EXPECT_THAT(doubt_left(doubt(early), {}, received).channels,
              ElementsAre(Channel::sms, Channel::whatsapp));
  EXPECT_THAT(doubt_left(doubt(early), opened({Channel::sms}), received).channels,
              ElementsAre(Channel::whatsapp))
      << "START came later";
  EXPECT_THAT(doubt_left(doubt(late), opened({Channel::sms}), received).channels,
              ElementsAre(Channel::sms, Channel::whatsapp));
}

TEST(DoubtInATextOfBefore, IsNoneWhereTheChannelIsClosedOrAskedAboutAlready) {
  ConsentState state;
  evolve(state, said(signs_of(row(early), {}, received).at(0), 1)); // sms and calls
  EXPECT_THAT(doubt_left(doubt(late), state, received).channels, ElementsAre(Channel::whatsapp));
  ConsentState asked;
  evolve(asked, said(doubt(early), 1));
  EXPECT_THAT(doubt_left(doubt(late), asked, received).channels, IsEmpty());
}

} // namespace
} // namespace tidemark::domain::imported_opt_out_test
