#include "base/time.hpp"
#include "domain/consent/suppression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::domain::suppression_test {
namespace {

using events::Channel;
using events::ConsentChange;
using events::ConsentChanged;
using events::Evidence;
using testing::ElementsAre;
using testing::IsEmpty;

const AddressHash other(Hash16{0xbb}), third(Hash16{0xcc});
const ConnectorName texting{"verity"}, crm{"gohighlevel"}, dialer{"aloware"}, api{"api"};

/// One address and everything that was said about it.
class Address {
public:
  std::vector<ConsentChanged> says(const ConsentSignal& sign, const ConnectorName& source,
                                   std::optional<AddressHash> alias_of = {},
                                   const std::string& on = "") {
    ++position_;
    ConsentChanged subject;
    subject.address_hash = AddressHash(Hash16{0xaa});
    subject.address = PiiText("+12025550142");
    subject.alias_of = alias_of;
    subject.source = source;
    subject.by = "person";
    subject.input = Position{position_};
    subject.received_at =
        Timestamp{std::chrono::hours{24 * 365 * 57} + std::chrono::seconds{position_}};
    subject.record = RemoteId(on);
    auto decided = decide_consent(state, sign, subject);
    for (const auto& change : decided)
      evolve(state, change);
    return decided;
  }
  /// The next one came in there: opt-outs are decided first, whatever came in before them.
  void goes_on_at(std::uint64_t input) { position_ = input - 1; }
  Gate at(Channel channel, std::string_view sender = "") const {
    return suppression(state, channel, sender).gate;
  }
  ConsentState state;

private:
  std::uint64_t position_ = 0;
};

ConsentSignal words(ConsentChange change, const std::string& stated_at) {
  ConsentSignal out;
  out.change = change;
  out.channels = {Channel::sms, Channel::whatsapp};
  out.evidence = Evidence::message_text;
  out.rule = "E6.2@1";
  out.stated_at = stated_at;
  return out;
}
ConsentSignal flag(ConsentChange change, std::vector<Channel> channels = {Channel::sms}) {
  ConsentSignal out;
  out.change = change;
  out.channels = std::move(channels);
  return out;
}
std::string change_of(const std::vector<ConsentChanged>& decided) {
  std::string out;
  for (const auto& change : decided) {
    out += (out.empty() ? "" : " ") + std::string(name_of_enum(change.change));
    if (change.reason_code != Reason::none)
      out += "(" + std::string(name_of(change.reason_code)) + ")";
  }
  return out;
}

const std::string early = "2026-08-14T10:00:00.000000Z", late = "2026-08-14T11:00:00.000000Z";

TEST(Consent, AStopClosesTheTextChannelsAndNothingElse) {
  Address a;
  EXPECT_EQ(change_of(a.says(words(ConsentChange::revoked, early), texting)), "revoked");
  EXPECT_EQ(a.at(Channel::sms), Gate::closed);
  EXPECT_EQ(a.at(Channel::whatsapp), Gate::closed);
  EXPECT_EQ(a.at(Channel::call), Gate::open);
  EXPECT_EQ(a.at(Channel::email), Gate::open);
  EXPECT_EQ(suppression(a.state, Channel::sms, "").evidence, Position{1});
}

TEST(Consent, ALaterStartLiftsAStopAndAnOlderOneDoesNot) {
  Address a;
  a.says(words(ConsentChange::revoked, late), texting);
  EXPECT_EQ(change_of(a.says(words(ConsentChange::granted, early), texting)),
            "ignored(older_than_opt_out)");
  EXPECT_EQ(a.at(Channel::sms), Gate::closed);
  EXPECT_EQ(change_of(a.says(words(ConsentChange::granted, late), texting)),
            "ignored(older_than_opt_out)")
      << "the same moment is not later";
  EXPECT_EQ(
      change_of(a.says(words(ConsentChange::granted, "2026-08-14T12:00:00.000000Z"), texting)),
      "granted");
  EXPECT_EQ(a.at(Channel::sms), Gate::open);
}

ConsentSignal yes(const std::string& stated_at) {
  auto out = words(ConsentChange::granted, stated_at);
  out.only_if_asked = true;
  return out;
}
ConsentSignal question(const std::string& stated_at) {
  auto out = words(ConsentChange::asked, stated_at);
  out.channels = {Channel::sms};
  out.evidence = Evidence::api;
  return out;
}

TEST(Consent, AYesWithinADayAnswersAQuestion) {
  Address a;
  EXPECT_EQ(change_of(a.says(yes(early), texting)), "") << "nobody has asked";
  EXPECT_EQ(change_of(a.says(question(early), api)), "asked");
  EXPECT_EQ(a.at(Channel::sms), Gate::open);
  EXPECT_EQ(change_of(a.says(yes("2026-08-14T09:59:59.000000Z"), texting)), "") << "before it";
  EXPECT_EQ(change_of(a.says(yes("2026-08-15T10:00:01.000000Z"), texting)), "") << "a day later";
  const auto answer = a.says(yes("2026-08-15T10:00:00.000000Z"), texting);
  ASSERT_EQ(change_of(answer), "granted");
  EXPECT_EQ(answer[0].request, Position{2});
  EXPECT_THAT(answer[0].channels, ElementsAre(Channel::sms)) << "what was asked for";
  EXPECT_EQ(change_of(a.says(yes("2026-08-15T10:00:00.000000Z"), texting)), "") << "once";
}

TEST(Consent, AYesLiftsNoStopAndWhoOptedOutIsNotAsked) {
  Address a;
  a.says(question(early), api);
  a.says(words(ConsentChange::revoked, late), texting);
  EXPECT_EQ(change_of(a.says(yes("2026-08-14T12:00:00.000000Z"), texting)), "");
  EXPECT_EQ(a.at(Channel::sms), Gate::closed);
  EXPECT_EQ(change_of(a.says(question("2026-08-14T13:00:00.000000Z"), api)), "");
  EXPECT_EQ(change_of(a.says(yes("2026-08-14T13:00:01.000000Z"), texting)), "");
  EXPECT_EQ(a.at(Channel::sms), Gate::closed);
}

TEST(Consent, AnAnswerDoesNotStandForAReview) {
  Address a;
  a.says(question(early), api);
  a.says(words(ConsentChange::review, late), texting);
  EXPECT_EQ(change_of(a.says(yes("2026-08-14T12:00:00.000000Z"), texting)), "");
  EXPECT_EQ(a.at(Channel::sms), Gate::in_review);
}

TEST(Consent, AStartWithoutATimeProvesNothing) {
  Address a;
  a.says(words(ConsentChange::revoked, early), texting);
  EXPECT_EQ(change_of(a.says(words(ConsentChange::granted, ""), texting)), "ignored(time_unknown)");
  EXPECT_EQ(a.at(Channel::sms), Gate::closed);
}

TEST(Consent, AStaleStopAppliesAndAStaleStartNever) {
  Address a;
  auto stop = words(ConsentChange::revoked, early);
  stop.stale = true;
  EXPECT_EQ(change_of(a.says(stop, texting)), "revoked");
  auto start = words(ConsentChange::granted, late);
  start.stale = true;
  EXPECT_EQ(change_of(a.says(start, texting)), "ignored(stale)");
  EXPECT_EQ(a.at(Channel::sms), Gate::closed);
}

TEST(Consent, ADialersFlagThatIsResetDoesNotUndoAStop) { // requirement A1.7.8
  Address a;
  a.says(words(ConsentChange::revoked, early), texting);
  a.says(flag(ConsentChange::revoked), dialer);
  EXPECT_EQ(change_of(a.says(flag(ConsentChange::granted), dialer)),
            "ignored(stronger_evidence_stands)");
  EXPECT_EQ(a.at(Channel::sms), Gate::closed);
  EXPECT_EQ(a.state.active.size(), 2U) << "for sms and whatsapp; the flag's own is gone";
  EXPECT_EQ(change_of(a.says(words(ConsentChange::granted, late), texting)), "granted");
  EXPECT_EQ(a.at(Channel::sms), Gate::open) << "what was lifted does not stand in the way later";
}

TEST(Consent, AFlagLiftsOnlyWhatTheSameSystemsFlagClosed) {
  Address a;
  a.says(flag(ConsentChange::revoked), crm);
  EXPECT_EQ(change_of(a.says(flag(ConsentChange::granted), dialer)),
            "ignored(stronger_evidence_stands)");
  EXPECT_EQ(change_of(a.says(flag(ConsentChange::granted), crm)), "granted");
  EXPECT_EQ(a.at(Channel::sms), Gate::open);
}

TEST(Consent, AMarkThatWasSetAgainIsNotLiftedByOlderNewsOfItsRemoval) {
  const auto at = [](ConsentChange change, const std::string& stated_at) {
    auto out = flag(change);
    out.stated_at = stated_at;
    return out;
  };
  Address a;
  a.says(at(ConsentChange::revoked, late), crm);
  EXPECT_EQ(change_of(a.says(at(ConsentChange::granted, early), crm)),
            "ignored(older_than_opt_out)");
  EXPECT_EQ(a.at(Channel::sms), Gate::closed);
  EXPECT_EQ(change_of(a.says(at(ConsentChange::granted, "2026-08-14T12:00:00.000000Z"), crm)),
            "granted");
}

TEST(Consent, AMarkThatIsToldAgainSaysNothingNew) {
  Address a;
  EXPECT_EQ(change_of(a.says(flag(ConsentChange::revoked), crm)), "revoked");
  EXPECT_THAT(a.says(flag(ConsentChange::revoked), crm), IsEmpty());
  EXPECT_EQ(change_of(a.says(flag(ConsentChange::revoked, {Channel::sms, Channel::call}), crm)),
            "revoked")
      << "for the other channel";
  EXPECT_EQ(a.at(Channel::call), Gate::closed);
  EXPECT_THAT(a.says(flag(ConsentChange::granted, {Channel::email}), crm), IsEmpty())
      << "nothing stands there";
}

TEST(Consent, AMarkOfOursThatComesBackLateDoesNotCloseWhatWasOpenedSince) {
  auto ours = flag(ConsentChange::revoked, {Channel::sms, Channel::call});
  ours.kept_by_us = true;
  Address a;
  a.says(words(ConsentChange::revoked, early), texting);
  EXPECT_EQ(change_of(a.says(words(ConsentChange::granted, late), texting)), "granted");
  const auto heard = a.says(ours, crm);
  ASSERT_EQ(heard.size(), 1u) << "nobody has said anything about calls";
  EXPECT_EQ(heard.front().channels, std::vector<Channel>{Channel::call});
  EXPECT_EQ(a.at(Channel::sms), Gate::open);
  EXPECT_EQ(change_of(a.says(flag(ConsentChange::revoked), crm)), "revoked")
      << "somebody else's mark is a word";
  EXPECT_EQ(change_of(a.says(flag(ConsentChange::granted), crm)), "granted");
  EXPECT_EQ(a.at(Channel::sms), Gate::open);
}

TEST(Consent, WordsThatWereDecidedBeforeSayNothingNewWhereTheyStandOrWereTakenBack) {
  auto again = words(ConsentChange::revoked, early);
  again.decided_before = true;
  Address a;
  EXPECT_EQ(change_of(a.says(again, texting)), "revoked") << "nothing stands behind it: believed";
  EXPECT_THAT(a.says(again, crm), IsEmpty()) << "closed as it is";
  EXPECT_EQ(change_of(a.says(words(ConsentChange::granted, late), texting)), "granted");
  EXPECT_THAT(a.says(again, texting), IsEmpty()) << "START came later";
  EXPECT_EQ(change_of(a.says(words(ConsentChange::revoked, late), texting)), "revoked");
}

TEST(Consent, WordsThatWereTakenForAnOptInThenCloseWhenTheyAreReadAsAnOptOut) {
  Address a;
  a.says(words(ConsentChange::revoked, early), texting);
  EXPECT_EQ(change_of(a.says(words(ConsentChange::granted, late), texting)), "granted");
  auto again = words(ConsentChange::revoked, late);
  again.decided_before = true;
  EXPECT_EQ(change_of(a.says(again, texting)), "revoked") << "they are what opened it";
}

TEST(Consent, ATagLikeOursCountsOnceItStandsForAnHourAfterAnOptIn) {
  Address a;
  a.says(words(ConsentChange::revoked, early), texting);
  ASSERT_EQ(change_of(a.says(words(ConsentChange::granted, late), texting)), "granted");
  auto tag = flag(ConsentChange::revoked);
  tag.evidence = Evidence::tag;
  tag.kept_by_us = true;
  const auto opened = *from_rfc3339(late);
  tag.stated_at = to_rfc3339(opened + std::chrono::minutes{59});
  EXPECT_THAT(a.says(tag, crm), IsEmpty()) << "it is being taken away";
  tag.stated_at = to_rfc3339(opened + std::chrono::minutes{61});
  EXPECT_EQ(change_of(a.says(tag, crm)), "revoked") << "somebody set it";
}

TEST(Consent, AnOptInThatCameInBeforeAnOptOutLiftsNothingThoughItIsDecidedAfterIt) {
  Address a;
  a.goes_on_at(5);
  a.says(flag(ConsentChange::revoked, {Channel::sms}), dialer);
  a.goes_on_at(4);
  EXPECT_EQ(
      change_of(a.says(words(ConsentChange::granted, "2099-01-01T00:00:00.000000Z"), texting)),
      "granted ignored(older_than_opt_out)")
      << "calls were never closed";
  a.goes_on_at(3);
  EXPECT_EQ(change_of(a.says(flag(ConsentChange::granted, {Channel::sms}), dialer)),
            "ignored(older_than_opt_out)");
  EXPECT_EQ(a.at(Channel::sms), Gate::closed);
  a.goes_on_at(6);
  a.says(words(ConsentChange::granted, "2099-01-01T00:00:00.000000Z"), texting);
  EXPECT_EQ(a.at(Channel::sms), Gate::open);
}

TEST(Consent, AStopThatIsSaidAgainIsLaterEvidence) {
  Address a;
  a.says(words(ConsentChange::revoked, early), texting);
  EXPECT_EQ(change_of(a.says(words(ConsentChange::revoked, late), texting)), "revoked");
  EXPECT_EQ(suppression(a.state, Channel::sms, "").evidence, Position{1})
      << "closed since the first";
  EXPECT_EQ(
      change_of(a.says(words(ConsentChange::granted, "2026-08-14T10:30:00.000000Z"), texting)),
      "ignored(older_than_opt_out)");
}

TEST(Consent, WhatMayBeAnOptOutWaitsForAPerson) {
  Address a;
  EXPECT_EQ(change_of(a.says(words(ConsentChange::review, early), texting)),
            "review(maybe_opt_out)");
  EXPECT_EQ(a.at(Channel::sms), Gate::in_review);
  EXPECT_EQ(any_suppression(a.state).gate, Gate::in_review);
  ConsentSignal cleared = words(ConsentChange::cleared, "");
  ConsentChanged operator_says;
  operator_says.source = api;
  operator_says.by = "ops";
  operator_says.request = Position{1};
  operator_says.input = Position{2};
  for (const auto& change : decide_consent(a.state, cleared, operator_says))
    evolve(a.state, change);
  EXPECT_EQ(a.at(Channel::sms), Gate::open);
  a.says(words(ConsentChange::revoked, early), texting);
  EXPECT_THAT(a.says(words(ConsentChange::review, early), texting), IsEmpty()) << "closed anyway";
}

TEST(Consent, AnOptInThatIsOlderThanTheDoubtfulWordsDoesNotAnswerThem) {
  Address a;
  a.says(words(ConsentChange::review, late), texting);
  a.says(words(ConsentChange::granted, early), texting);
  EXPECT_EQ(a.at(Channel::sms), Gate::in_review);
  a.says(words(ConsentChange::granted, "2026-08-14T12:00:00.000000Z"), texting);
  EXPECT_EQ(a.at(Channel::sms), Gate::open);
}

TEST(Consent, AnOptInOfUnknownTimeDoesNotAnswerDoubtfulWords) {
  Address a;
  a.says(words(ConsentChange::review, early), texting);
  a.says(words(ConsentChange::granted, ""), texting);
  EXPECT_EQ(a.at(Channel::sms), Gate::in_review) << "it may be from before";
  auto by_operator = words(ConsentChange::granted, "");
  by_operator.evidence = Evidence::manual;
  a.says(by_operator, api);
  EXPECT_EQ(a.at(Channel::sms), Gate::open);
}

TEST(Consent, AnOptInForOneSenderIsNotHeldUpByAnOptOutOfAnother) {
  Address a;
  auto of_one = words(ConsentChange::revoked, early),
       for_other = words(ConsentChange::granted, late);
  of_one.sender = "+12025550198";
  for_other.sender = "+12025550199";
  a.says(of_one, texting);
  EXPECT_EQ(change_of(a.says(for_other, texting)), "granted");
  EXPECT_EQ(a.at(Channel::sms, "+12025550198"), Gate::closed);
  EXPECT_EQ(a.at(Channel::sms, "+12025550199"), Gate::open);
}

TEST(Consent, AClockFarAheadDoesNotCloseForEver) {
  Address a;
  a.says(words(ConsentChange::revoked, "2027-08-14T10:00:00.000000Z"), texting);
  EXPECT_EQ(change_of(a.says(words(ConsentChange::granted, late), texting)),
            "ignored(older_than_opt_out)");
  EXPECT_EQ(
      change_of(a.says(words(ConsentChange::granted, "2026-12-31T10:00:00.000000Z"), texting)),
      "granted")
      << "later than when the STOP came";
}

TEST(Consent, AMarkIsTakenAwayOnlyOnTheRecordWhereItStands) {
  Address a;
  a.says(flag(ConsentChange::revoked), crm, {}, "c-1");
  EXPECT_EQ(change_of(a.says(flag(ConsentChange::granted), crm, {}, "c-2")),
            "ignored(stronger_evidence_stands)")
      << "another record that was never marked";
  EXPECT_EQ(change_of(a.says(flag(ConsentChange::revoked), crm, {}, "c-2")), "revoked");
  EXPECT_THAT(a.says(flag(ConsentChange::revoked), crm, {}, "c-2"), IsEmpty()) << "told again";
  a.says(flag(ConsentChange::granted), crm, {}, "c-1");
  EXPECT_EQ(a.at(Channel::sms), Gate::closed) << "the other one stands";
  a.says(flag(ConsentChange::granted), crm, {}, "c-2");
  EXPECT_EQ(a.at(Channel::sms), Gate::open);
}

TEST(Consent, AnOptInSaidAboutAnotherNumberLiftsOnlyWhatThatNumberClosed) {
  Address alias;
  alias.says(words(ConsentChange::revoked, early), texting, other);
  EXPECT_THAT(alias.says(words(ConsentChange::granted, late), texting, third), IsEmpty());
  EXPECT_EQ(alias.at(Channel::sms), Gate::closed);
  EXPECT_EQ(change_of(alias.says(words(ConsentChange::granted, late), texting, other)), "granted");
  alias.says(words(ConsentChange::revoked, early), texting); // its own word
  EXPECT_THAT(alias.says(words(ConsentChange::granted, late), texting, other), IsEmpty());
  EXPECT_EQ(alias.at(Channel::sms), Gate::closed);
}

TEST(Consent, AScopeClosesOneSenderAndTheWidestClosesAll) {
  Address a;
  auto narrow = words(ConsentChange::revoked, early);
  narrow.sender = "+13125550117";
  a.says(narrow, texting);
  EXPECT_EQ(a.at(Channel::sms, "+13125550117"), Gate::closed);
  EXPECT_EQ(a.at(Channel::sms, "+13125550118"), Gate::open);
  EXPECT_EQ(a.at(Channel::sms), Gate::closed) << "an unknown sender may be that one";
  a.says(words(ConsentChange::revoked, early), texting);
  EXPECT_EQ(a.at(Channel::sms, "+13125550118"), Gate::closed);
  auto narrow_start = words(ConsentChange::granted, late);
  narrow_start.sender = "+13125550118";
  EXPECT_EQ(change_of(a.says(narrow_start, texting)), "ignored(wider_opt_out_stands)");
}

TEST(Consent, AnOperatorsWordLiftsWhatCameBeforeIt) {
  Address a;
  a.says(words(ConsentChange::revoked, early), texting);
  a.says(flag(ConsentChange::revoked), crm);
  auto manual = words(ConsentChange::granted, "");
  manual.evidence = Evidence::manual;
  EXPECT_EQ(change_of(a.says(manual, api)), "granted");
  EXPECT_EQ(a.at(Channel::sms), Gate::open);
}

TEST(Consent, AFlagThatIsTakenAwayTakesTheRefusalBecauseOfItAway) {
  Address a;
  auto refused = flag(ConsentChange::revoked);
  refused.evidence = Evidence::vendor_refusal;
  a.says(refused, crm, {}, "CON1");
  EXPECT_EQ(change_of(a.says(flag(ConsentChange::granted), dialer, {}, "CON1")),
            "ignored(stronger_evidence_stands)");
  EXPECT_EQ(change_of(a.says(flag(ConsentChange::granted), crm, {}, "CON2")),
            "ignored(stronger_evidence_stands)");
  EXPECT_EQ(a.at(Channel::sms), Gate::closed);
  EXPECT_EQ(change_of(a.says(flag(ConsentChange::granted), crm, {}, "CON1")), "granted");
  EXPECT_EQ(a.at(Channel::sms), Gate::open);
}

TEST(Consent, ARefusalLiftsNoFlag) {
  Address a;
  a.says(flag(ConsentChange::revoked), crm, {}, "CON1");
  auto taken_again = flag(ConsentChange::granted);
  taken_again.evidence = Evidence::vendor_refusal;
  EXPECT_EQ(change_of(a.says(taken_again, crm, {}, "CON1")), "ignored(stronger_evidence_stands)");
}

} // namespace
} // namespace tidemark::domain::suppression_test
