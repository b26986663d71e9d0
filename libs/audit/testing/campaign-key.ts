/** The master key that the processes of a campaign and whoever verifies them share. */
export const campaignKey = Buffer.alloc(32, 7);
