"""The record of every item, from arrival to delivery."""
