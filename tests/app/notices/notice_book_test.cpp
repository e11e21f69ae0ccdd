#include "app/notices/notice_book.hpp"

#include <gmock/gmock.h>

namespace tidemark::app::notice_book_test {
namespace {

using testing::ElementsAre;
using namespace std::chrono_literals;

const Timestamp noon{std::chrono::sys_days{std::chrono::year{2026} / 9 / 1} + 12h};

NoticeAlert alert(const std::string& rule, const std::string& subject,
                  const std::string& severity = "warning", const std::string& tenant = "acme") {
  return {{TenantId(tenant), rule, subject}, severity, noon - 1min, rule + " is so", {}};
}

/// "rule subject severity", "-" before what is over.
std::vector<std::string> told(const std::optional<Notice>& notice) {
  std::vector<std::string> out;
  if (notice)
    for (const auto& one : notice->alerts)
      out.push_back((one.over ? "-" : "") + one.key.rule + " " + one.key.subject + " "
                    + one.severity);
  return out;
}

/// A book and its clock.
struct Book {
  explicit Book(std::vector<NoticeRules> rules) : rules(rules), book(std::move(rules)) {}
  void see(std::vector<NoticeAlert> active) { book.see(active, now); }
  std::vector<std::string> take(std::size_t receiver = 0) {
    const auto notice = book.due(receiver, now);
    if (notice)
      book.taken(receiver, *notice, now);
    return told(notice);
  }
  void restart() {
    const auto json = book.to_json();
    book = NoticeBook(rules);
    ASSERT_TRUE(book.read_json(json).ok());
  }
  std::vector<NoticeRules> rules;
  NoticeBook book;
  Timestamp now = noon;
};

NoticeRules first_way() {
  NoticeRules out;
  out.receiver = "ops";
  return out;
}

TEST(NoticeBook, TellsOnceOfTheBeginAndOnceOfTheEnd) {
  Book book({first_way()});
  EXPECT_THAT(book.take(), ElementsAre());
  book.see({alert("disk_low", "log")});
  EXPECT_THAT(book.take(), ElementsAre("disk_low log warning"));
  book.now += 10min;
  book.see({alert("disk_low", "log")});
  EXPECT_THAT(book.take(), ElementsAre()) << "it was told";
  book.see({});
  EXPECT_THAT(book.take(), ElementsAre("-disk_low log warning"));
  book.now += 10min;
  EXPECT_THAT(book.take(), ElementsAre());
  EXPECT_EQ(book.book.to_json().find("\"subject\""), std::string::npos) << "nothing is kept";
}

TEST(NoticeBook, OneRuleIsOneNoticeInFiveMinutes) {
  Book book({first_way()});
  book.see(
      {alert("delivery_dead", "crm"), alert("delivery_dead", "dialer"), alert("backlog", "crm")});
  EXPECT_THAT(book.take(), ElementsAre("backlog crm warning"));
  EXPECT_THAT(book.take(),
              ElementsAre("delivery_dead crm warning", "delivery_dead dialer warning"));
  book.now += 4min + 59s;
  book.see({alert("delivery_dead", "crm"), alert("delivery_dead", "texts")});
  EXPECT_THAT(book.take(), ElementsAre()) << "each group was told less than five minutes ago";
  book.now += 1s;
  EXPECT_THAT(book.take(), ElementsAre("-backlog crm warning"));
  EXPECT_THAT(book.take(), ElementsAre("delivery_dead crm warning", "-delivery_dead dialer warning",
                                       "delivery_dead texts warning"));
}

TEST(NoticeBook, WhatBeganAndEndedUntoldIsToldAsOver) {
  Book book({first_way()});
  book.see({alert("disk_low", "log", "critical")});
  book.see({});
  EXPECT_THAT(book.take(), ElementsAre("-disk_low log critical"));
}

TEST(NoticeBook, ARisingSeverityIsNews) {
  Book book({first_way()});
  book.see({alert("backlog", "crm")});
  book.take();
  book.now += 6min;
  book.see({alert("backlog", "crm", "critical")});
  EXPECT_THAT(book.take(), ElementsAre("backlog crm critical"));
}

TEST(NoticeBook, TriesAgainLaterAndLaterAndNeverForgetsWhatIsActive) {
  Book book({first_way()});
  book.see({alert("disk_low", "log")});
  for (const auto wait : {10s, 20s, 40s, 80s, 160s, 320s, 600s, 600s}) {
    ASSERT_TRUE(book.book.due(0, book.now)) << wait.count();
    book.book.failed(0, "HTTP 500", book.now);
    EXPECT_FALSE(book.book.due(0, book.now + wait - 1s)) << wait.count();
    book.now += wait;
  }
  book.now += 48h;
  book.see({alert("disk_low", "log")});
  EXPECT_EQ(book.book.state(0, book.now).last_error, "HTTP 500");
  EXPECT_EQ(book.book.state(0, book.now).failing_since, noon);
  EXPECT_EQ(book.book.state(0, book.now).pending, 1U);
  EXPECT_THAT(book.take(), ElementsAre("disk_low log warning"));
  EXPECT_FALSE(book.book.state(0, book.now).failing_since);
}

TEST(NoticeBook, GivesUpADayAfterTheEnd) {
  Book book({first_way()});
  book.see({alert("disk_low", "log")});
  book.book.failed(0, "timeout", book.now);
  book.see({});
  book.now += 23h + 59min;
  book.see({});
  EXPECT_TRUE(book.book.due(0, book.now));
  book.now += 1min;
  book.see({});
  EXPECT_FALSE(book.book.due(0, book.now));
}

TEST(NoticeBook, GoesASecondWayWhenNobodyTookItInFiveMinutes) {
  auto mail = first_way();
  mail.receiver = "mail";
  mail.second_way = true;
  Book book({first_way(), mail});
  book.see({alert("disk_low", "log"), alert("backlog", "crm")});
  EXPECT_THAT(book.take(0), ElementsAre("backlog crm warning"));
  book.book.failed(0, "timeout", book.now);
  book.now += 4min + 59s;
  EXPECT_THAT(book.take(1), ElementsAre());
  book.now += 1s;
  EXPECT_THAT(book.take(1), ElementsAre("disk_low log warning")) << "the other was taken";
  book.now += 6min;
  book.see({alert("backlog", "crm")});
  EXPECT_THAT(book.take(1), ElementsAre("-disk_low log warning")) << "who was told is told the end";
}

TEST(NoticeBook, TellsWhomItConcerns) {
  auto critical = first_way();
  critical.critical_only = true;
  critical.tenants = {TenantId("acme")};
  Book book({critical});
  book.see({alert("backlog", "crm"), alert("disk_low", "log", "critical", "other")});
  EXPECT_THAT(book.take(), ElementsAre());
  book.see({alert("backlog", "crm"), alert("disk_low", "log", "critical", "")});
  EXPECT_THAT(book.take(), ElementsAre("disk_low log critical")) << "it is about everybody";
  book.see({alert("backlog", "crm", "critical"), alert("disk_low", "log", "critical", "")});
  EXPECT_THAT(book.take(), ElementsAre("backlog crm critical"));
  book.now += 6min;
  book.see({alert("backlog", "crm"), alert("disk_low", "log", "critical", "")});
  EXPECT_THAT(book.take(), ElementsAre("backlog crm warning")) << "it is not so bad any more";
}

TEST(NoticeBook, AStartKnowsWhoWasTold) {
  Book book({first_way()});
  book.see({alert("backlog", "crm"), alert("disk_low", "log")});
  book.take();
  book.restart(); // disk_low was seen, and told to nobody
  book.see({alert("backlog", "crm")});
  EXPECT_THAT(book.take(), ElementsAre("-disk_low log warning"));
  EXPECT_THAT(book.take(), ElementsAre()) << "backlog was told before";
  book.restart();
  EXPECT_EQ(book.book.state(0, book.now).last_told, noon);
  book.see({alert("backlog", "crm", "critical")});
  EXPECT_THAT(book.take(), ElementsAre()) << "less than five minutes ago, by the life before";
  book.now += 6min;
  book.see({});
  EXPECT_THAT(book.take(), ElementsAre("-backlog crm critical"));
}

TEST(NoticeBook, OneThatWorksAgainIsToldAtOnce) {
  Book book({first_way()});
  book.see({alert("backlog", "crm")});
  for (int i = 0; i < 6; ++i)
    book.book.failed(0, "HTTP 500", book.now);
  EXPECT_FALSE(book.book.due(0, book.now + 5min));
  book.book.works(0);
  EXPECT_FALSE(book.book.state(0, book.now).failing_since);
  EXPECT_THAT(book.take(), ElementsAre("backlog crm warning"));
}

TEST(NoticeBook, AFileThatSomebodyChangedIsNoBook) {
  NoticeBook book({first_way()});
  for (const auto* text : {"", "[]", "{\"version\":2,\"alerts\":[]}", "{\"version\":1}",
                           "{\"version\":1,\"alerts\":[7]}", "{\"version\":1,\"alerts\":[{}]}",
                           "{\"version\":1,\"alerts\":[{\"since\":5,\"seen_at\":[],\"told\":1}]}"})
    EXPECT_FALSE(book.read_json(text).ok()) << text;
}

TEST(NoticeBook, AlertmanagerHearsEverythingEachMinute) {
  auto rules = first_way();
  rules.groups = false;
  Book book({rules});
  auto notice = book.book.due(0, book.now);
  ASSERT_TRUE(notice) << "that it lives";
  EXPECT_TRUE(notice->alerts.empty());
  book.take();
  book.now += 59s;
  EXPECT_FALSE(book.book.due(0, book.now));
  book.see({alert("backlog", "crm"), alert("backlog", "dialer")});
  EXPECT_THAT(book.take(), ElementsAre("backlog crm warning", "backlog dialer warning"))
      << "news at once";
  book.now += 60s;
  book.see({alert("backlog", "crm")});
  EXPECT_THAT(book.take(), ElementsAre("backlog crm warning", "-backlog dialer warning"));
  book.now += 60s;
  EXPECT_THAT(book.take(), ElementsAre("backlog crm warning"));
}

TEST(NoticeBook, AHeartbeatComesEachMinuteWhateverElseDoes) {
  auto rules = first_way();
  rules.heartbeat = true;
  Book book({rules});
  const auto kind = [&] { return book.book.due(0, book.now)->kind; };
  EXPECT_EQ(kind(), Notice::Kind::heartbeat);
  book.take();
  EXPECT_FALSE(book.book.due(0, book.now + 59s));
  book.now += 59s;
  book.see({alert("backlog", "crm")});
  EXPECT_EQ(kind(), Notice::Kind::group);
  book.take();
  book.now += 1s;
  EXPECT_EQ(kind(), Notice::Kind::heartbeat);
}

TEST(NoticeBook, TheSameContentHasTheSameId) {
  Book book({first_way()});
  book.see({alert("backlog", "crm")});
  const auto once = book.book.due(0, book.now);
  book.book.failed(0, "timeout", book.now);
  book.now += 10s;
  EXPECT_EQ(book.book.due(0, book.now)->id, once->id);
  book.see({alert("backlog", "crm", "critical")});
  EXPECT_NE(book.book.due(0, book.now)->id, once->id);
}

} // namespace
} // namespace tidemark::app::notice_book_test
